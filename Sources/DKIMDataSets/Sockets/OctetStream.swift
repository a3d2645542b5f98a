internal import DKIMConfiguration

/// Octets to and from a server. Every call ends by its deadline; whatever fails is an error, and the stream is of no
/// use afterwards.
protocol OctetStream: AnyObject {
  /// The server, for messages.
  var peer: String { get }
  /// Sends all of them.
  func write(_ octets: [UInt8], until deadline: Deadline) throws(DataSetError)
  /// Waits for octets and puts them into `buffer[start...]`, which is not empty. How many; never 0.
  func read(into buffer: inout [UInt8], from start: Int, until deadline: Deadline) throws(DataSetError) -> Int
}
