import DKIMCore
import SystemPackage

/// A message to evaluate (`-t`), as it would come from an MTA.
struct TestMessage: Sendable {
  /// Longer ones are refused; octets.
  static let limit = 256 << 20

  /// With CRLF.
  let octets: [UInt8]

  enum Fault: Error, Sendable, Hashable {
    case unreadable(String)
    /// `StrictTestMode`: the octet at this place, from 0, is a LF without a CR.
    case bareLineFeed(Int)
  }

  /// - Parameter path: `-` is standard input.
  init(path: String, strict: Bool) throws(Fault) {
    try self.init(try Self.read(path), strict: strict)
  }

  /// Lines that end with LF alone are those of a file, and become what goes over the wire.
  init(_ file: [UInt8], strict: Bool) throws(Fault) {
    var octets: [UInt8] = []
    octets.reserveCapacity(file.count + file.count / 32)
    for (index, octet) in file.enumerated() {
      if octet == 0x0A, octets.last != 0x0D {
        guard !strict else { throw .bareLineFeed(index) }
        octets.append(0x0D)
      }
      octets.append(octet)
    }
    self.octets = octets
  }

  private static func read(_ path: String) throws(Fault) -> [UInt8] {
    do {
      if path == "-" { return try read(FileDescriptor.standardInput) }
      let file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec])
      return try file.closeAfter { try read(file) }
    } catch let fault as Fault {
      throw fault
    } catch let error as Errno {
      throw .unreadable("\(error)")
    } catch {
      throw .unreadable("cannot be read")
    }
  }

  private static func read(_ file: FileDescriptor) throws -> [UInt8] {
    var octets: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try unsafe block.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
      if count == 0 { return octets }
      guard octets.count + count <= limit else { throw Fault.unreadable("is longer than \(limit) octets") }
      octets += block[..<count]
    }
  }

  /// The fields as an MTA hands them over: lines end with LF, the blank behind the colon is there.
  var fields: [(name: [UInt8], value: [UInt8])] {
    let header = self.header
    return (0..<header.count).map { index in
      (Array((header.name(of: index) ?? "").utf8), header.value(of: index).filter { $0 != 0x0D })
    }
  }

  var header: MessageHeader {
    var start = 0
    return MessageHeader(message: octets.span, bodyStart: &start)
  }

  var body: ArraySlice<UInt8> {
    var start = 0
    _ = MessageHeader(message: octets.span, bodyStart: &start)
    return octets[min(start, octets.count)...]
  }
}

extension TestMessage.Fault: CustomStringConvertible {
  var description: String {
    switch self {
    case .unreadable(let why): why
    case .bareLineFeed(let place):
      "the octet at \(place) is a LF without a CR before it, and StrictTestMode wants CRLF"
    }
  }
}
