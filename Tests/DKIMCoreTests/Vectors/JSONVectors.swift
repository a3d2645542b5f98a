import Foundation
import SystemPackage
import TestSupport

/// The JSON cases of Tests/Vectors.
enum JSONVectors {
  /// Bytes as a list of repeated pieces.
  struct Pieces: Decodable, Sendable {
    let bytes: [UInt8]

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      var bytes: [UInt8] = []
      while !list.isAtEnd {
        var piece = try list.nestedUnkeyedContainer()
        let text = try piece.decode(String.self)
        bytes += Array(repeatElement(Vector.unescaped(text), count: try piece.decode(Int.self)).joined())
      }
      self.bytes = bytes
    }
  }

  static func load<T: Decodable>(_ name: String, as type: T.Type) throws -> T {
    let path = FilePath(Vector.folder).removingLastComponent().appending(name)
    return try JSONDecoder().decode(type, from: Data(try TestFiles.read(path.string)))
  }
}
