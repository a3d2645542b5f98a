import DKIMConfiguration

/// The key that a command line selects, with its settings from a configuration.
struct OneKey {
  var domain: String?
  var selector: String?
  /// The path of the private key; `nil`: only the record is checked.
  var key: String?
  /// The rules for keys, and for key lookups, of the file that was read; `nil` if none was read.
  private(set) var rules: KeyRules?

  /// Fills in what is missing on the command line from a configuration.
  mutating func complete(from settings: ToolSettings, _ rules: KeyRules) async throws {
    if domain == nil { domain = try await NamedKey.onlyDomain(of: settings) }
    let own = settings.settings[Setting.selector]
    selector = selector ?? own
    // KeyFile belongs to the Selector of the file, also if the command line names the same selector.
    if key == nil, let own, selector?.lowercased() == own.lowercased() { key = settings.keyFile }
    if settings.path != nil { self.rules = rules }
  }
}
