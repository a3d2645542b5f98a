internal import DKIMConfiguration

/// A stream of bytes to and from a server. Every call returns by its deadline. After an error, the stream cannot be
/// used again.
protocol ByteStream: AnyObject {
  /// The server, for messages.
  var peer: String { get }
  /// Sends all bytes.
  func write(_ bytes: [UInt8], until deadline: Deadline) throws(DataSetError)
  /// Waits for bytes and stores them in `buffer[start...]`, which must not be empty. Returns their number, never 0.
  func read(into buffer: inout [UInt8], from start: Int, until deadline: Deadline) throws(DataSetError) -> Int
}
