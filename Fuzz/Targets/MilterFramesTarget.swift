import NIOCore

@testable import Milter

/// Decodes a stream of milter packets, as a whole and split anywhere.
enum MilterFramesTarget {
  /// A limit that is smaller than the inputs, so that it is reached.
  private static let limit = 5000

  static func run(_ input: [UInt8]) {
    guard let seed = input.first else { return }
    let stream = Array(input.dropFirst())
    let whole = Reading(stream, seed: 0)
    let cut = Reading(stream, seed: seed)
    require(cut.frames == whole.frames, "chunks give other packets")
    require(cut.error == whole.error, "chunks give another error")
    check(whole, stream)
    withdrawals(stream, seed: seed)
  }

  private static func check(_ reading: Reading, _ stream: [UInt8]) {
    var again = ByteBuffer()
    for frame in reading.frames {
      require(frame.payload.readableBytes < limit, "a packet over the limit")
      frame.write(into: &again)
    }
    require(stream.starts(with: again.readableBytesView), "the packets differ from those sent")
    let rest = stream.count - again.readableBytes
    require(
      (reading.error == nil) == (rest == 0), "\(rest) bytes left, and the error \(String(describing: reading.error))")
    if let error = reading.error { requirePrintable("\(error)") }
  }

  /// Checks that looking ahead drops only packets before an ABORT.
  private static func withdrawals(_ stream: [UInt8], seed: UInt8) {
    var decoder = MilterFrameDecoder(maximumPacketSize: limit)
    decoder.append(ByteBuffer(bytes: stream))
    let before = decoder.bufferedBytes
    guard decoder.skipToWithdrawal(isInMessage: seed & 1 == 0) else {
      require(decoder.bufferedBytes == before, "bytes are dropped without a reason")
      require(!decoder.skipToWithdrawal(isInMessage: seed & 1 == 0), "a second look finds more")
      return
    }
    guard let frame = (try? decoder.next()) ?? nil, let command = MilterCommand(rawValue: frame.letter) else {
      fail("the packet that was found cannot be decoded")
    }
    require(command.withdraws, "\(command) is treated as an ABORT")
  }

  /// The result of decoding a stream.
  private struct Reading {
    var frames: [MilterFrame] = []
    var error: MilterError?

    init(_ stream: [UInt8], seed: UInt8) {
      var decoder = MilterFrameDecoder(maximumPacketSize: limit)
      var fed = 0
      Chunks.forEach(of: stream, seed: seed) { piece in
        guard error == nil else { return }
        var bytes = ByteBuffer()
        for index in piece.indices { bytes.writeInteger(piece[index]) }
        fed += piece.count
        decoder.append(bytes)
        read(&decoder)
        require(decoder.bufferedBytes <= fed, "more bytes are buffered than were appended")
      }
      guard error == nil else { return }
      do throws(MilterError) { try decoder.finish() } catch { self.error = error }
    }

    private mutating func read(_ decoder: inout MilterFrameDecoder) {
      do throws(MilterError) {
        while let frame = try decoder.next() { frames.append(frame) }
      } catch {
        self.error = error
      }
    }
  }
}
