/// What an MTA, or whoever plays one, can make large.
public struct MilterLimits: Sendable, Hashable {
  /// The longest packet, in octets, with its letter. Bounds header fields, pieces of the body and all else.
  public var packetSize: Int
  /// How many macros may come with one command.
  public var macros: Int
  /// How many octets of macros may come with one command.
  public var macroOctets: Int

  /// Limits.
  public init(packetSize: Int = (1 << 20) + 1024, macros: Int = 256, macroOctets: Int = 64 * 1024) {
    self.packetSize = packetSize
    self.macros = macros
    self.macroOctets = macroOctets
  }

  /// 1 MiB and a little for a packet, so that pieces of the body of 1 MiB fit; 256 macros in 64 KiB.
  public static let standard = MilterLimits()
}
