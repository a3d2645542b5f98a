/// Limits on what an MTA, or an attacker in its place, can send.
public struct MilterLimits: Sendable, Hashable {
  /// The maximum length of a packet in bytes, including its letter.
  ///
  /// It also limits header fields, body chunks and all other payloads.
  public var packetSize: Int
  /// The maximum number of macros for one command.
  public var macros: Int
  /// The maximum size of the macros for one command, in bytes.
  public var macroBytes: Int

  /// Creates limits.
  public init(packetSize: Int = (1 << 20) + 1024, macros: Int = 256, macroBytes: Int = 64 * 1024) {
    self.packetSize = packetSize
    self.macros = macros
    self.macroBytes = macroBytes
  }

  /// The default limits: packets of slightly more than 1 MiB, so that body chunks of 1 MiB fit; 256 macros in 64 KiB.
  public static let standard = MilterLimits()
}
