internal import DKIMConfiguration

/// The macros that the MTA sends for a connection or a message, by name.
///
/// In the protocol, names of more than one character are in braces; here they are without, as in `MacroList`.
package struct Macros: Sendable, Hashable {
  private var values: [String: String] = [:]

  package init() {}

  /// - Parameter values: the values by name; names may be in braces.
  package init(_ values: [String: String]) {
    for (name, value) in values { self[name] = value }
  }

  /// The value of a macro, which may be empty, or `nil` if it is not set; the name may be in braces.
  package subscript(name: String) -> String? {
    get { values[Self.bare(name)] }
    set { values[Self.bare(name)] = newValue }
  }

  private static func bare(_ name: String) -> String {
    TextOctets.unwrapped(name, "{", "}")
  }
}
