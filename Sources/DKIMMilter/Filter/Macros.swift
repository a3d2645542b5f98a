internal import DKIMConfiguration

/// What the MTA tells about a connection or a message, by the name of the macro.
///
/// Names of more than one character travel in braces; here they are without, as administrators write them in
/// `MacroList`.
public struct Macros: Sendable, Hashable {
  private var values: [String: String] = [:]

  public init() {}

  /// - Parameter values: by name, with braces or without.
  public init(_ values: [String: String]) {
    for (name, value) in values { self[name] = value }
  }

  /// The value of a macro; the name may be in braces or not. An empty value is one.
  public subscript(name: String) -> String? {
    get { values[Self.bare(name)] }
    set { values[Self.bare(name)] = newValue }
  }

  private static func bare(_ name: String) -> String {
    TextOctets.unwrapped(name, "{", "}")
  }
}
