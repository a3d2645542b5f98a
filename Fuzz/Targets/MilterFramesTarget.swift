import NIOCore

@testable import Milter

/// A stream of milter packets: whole, and cut anywhere.
enum MilterFramesTarget {
  /// Smaller than the inputs, so that the limit is met.
  private static let limit = 5000

  static func run(_ input: [UInt8]) {
    guard let seed = input.first else { return }
    let stream = Array(input.dropFirst())
    let whole = Reading(stream, seed: 0)
    let cut = Reading(stream, seed: seed)
    require(cut.frames == whole.frames, "other packets from pieces")
    require(cut.error == whole.error, "another error from pieces")
    check(whole, stream)
    withdrawals(stream, seed: seed)
  }

  private static func check(_ reading: Reading, _ stream: [UInt8]) {
    var again = ByteBuffer()
    for frame in reading.frames {
      require(frame.payload.readableBytes < limit, "a packet over the limit")
      frame.write(into: &again)
    }
    require(stream.starts(with: again.readableBytesView), "the packets are not what was sent")
    let rest = stream.count - again.readableBytes
    require(
      (reading.error == nil) == (rest == 0), "\(rest) octets left, and the error \(String(describing: reading.error))")
    if let error = reading.error { requirePrintable("\(error)") }
  }

  /// Looking ahead changes nothing but what lies before an ABORT.
  private static func withdrawals(_ stream: [UInt8], seed: UInt8) {
    var decoder = MilterFrameDecoder(maximumPacketSize: limit)
    decoder.append(ByteBuffer(bytes: stream))
    let before = decoder.bufferedOctets
    guard decoder.skipToWithdrawal(isInMessage: seed & 1 == 0) else {
      require(decoder.bufferedOctets == before, "dropped without a reason")
      require(!decoder.skipToWithdrawal(isInMessage: seed & 1 == 0), "the second look sees more")
      return
    }
    guard let frame = (try? decoder.next()) ?? nil, let command = MilterCommand(rawValue: frame.letter) else {
      fail("an ABORT that is none")
    }
    require(command.withdraws, "a \(command) for an ABORT")
  }

  /// What a decoder makes of a stream.
  private struct Reading {
    var frames: [MilterFrame] = []
    var error: MilterError?

    init(_ stream: [UInt8], seed: UInt8) {
      var decoder = MilterFrameDecoder(maximumPacketSize: limit)
      var fed = 0
      Chunks.forEach(of: stream, seed: seed) { piece in
        guard error == nil else { return }
        var octets = ByteBuffer()
        for index in piece.indices { octets.writeInteger(piece[index]) }
        fed += piece.count
        decoder.append(octets)
        read(&decoder)
        require(decoder.bufferedOctets <= fed, "more waits than came")
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
