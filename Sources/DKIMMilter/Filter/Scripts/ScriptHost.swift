import DKIMConfiguration
import DKIMCore

/// What a policy script sees and does: one value for each run. Functions that look something up may wait.
struct ScriptHost: Sendable {
  let hook: ScriptHook
  let facts: MessageMetadata
  let configuration: Configuration
  /// The sender; `nil` if the message has none that can be read.
  let author: MailAddress?

  /// The variables for later scripts, by name.
  var exports: [String: ScriptValue]
  /// The lines to log.
  var log: [LogEvent] = []
  /// Why the run has to fail, even if the script catches the error.
  var failure: DecisionFailure?
  var result: ScriptResult?
  private var dataSets: [any DataSet] = []

  // Setup
  /// The header to sign, with the values of `replace_header`.
  var header: MessageHeader
  /// The header that was received, with the same values. It is verified: settings that change what is signed do not
  /// apply to it.
  var receivedHeader: MessageHeader
  var headerIsReplaced = false
  var requests: [PlannedSignature] = []
  var wantsVerification = false
  var usesLength = false
  /// The arguments of `xtag`.
  var extensionTags: [(name: String, value: String)] = []
  /// The number of signatures that the filter makes without the script.
  var plannedCount = 0

  // Screen, final
  /// `nil` if the message is not verified, and at the setup hook.
  var signatures: [ScriptSignature]?
  /// The positions of the signatures to ignore.
  var ignored: Set<Int> = []

  // Final
  var changes = ScriptChanges()

  /// Limits on what one script may pile up.
  static let mostLines = 100
  static let mostExports = 100
  static let mostDataSets = 32
  static let mostSteps = 200

  init(
    _ hook: ScriptHook, _ facts: MessageMetadata, _ configuration: Configuration, author: MailAddress?,
    exports: [String: ScriptValue]
  ) {
    self.hook = hook
    self.facts = facts
    self.configuration = configuration
    self.author = author
    self.exports = exports
    header = facts.header
    receivedHeader = facts.header
  }

  /// The global variables that the script starts with.
  var globals: [String: ScriptValue] { ScriptHook.globals.merging(exports) { constant, _ in constant } }

  /// Computes the results of a call.
  mutating func call(
    _ function: ScriptFunction, _ arguments: ScriptArguments
  ) async throws(PolicyScriptError) -> [ScriptValue] {
    switch function {
    case .internalIp: return [try await isInternalIP(arguments)]
    case .dbOpen: return [try await openDataSet(arguments)]
    case .dbCheck: return [try await check(arguments)]
    case .dbClose:
      try arguments.checkCount(1...1)
      _ = try arguments.dataSet(0)
      return [.integer(1)]
    case .getDbhandle:
      // As in Debian's opendkim: the filter's own data sets are not available, and scripts take the branch for that.
      try arguments.checkContext(1...1)
      return [.nil]
    case .export: return try export(arguments)
    case .log:
      try arguments.checkContext(1...1)
      let text = try arguments.text(1)
      if log.count < Self.mostLines { log.append(.script(text)) }
      return [.nil]
    case .spam:
      try arguments.checkContext(0...0)
      return []
    case .getEnvfrom, .getFromdomain, .getHeader, .getMtasymbol, .getRcpt, .getRcptarray, .rcptCount,
      .getClienthost, .getClientip, .parseField:
      return try read(function, arguments)
    case .replaceHeader, .resign, .setResult, .useLtag, .verify, .checkPopauth:
      return try request(function, arguments)
    case .xtag: return [try addTag(arguments)]
    case .getSigarray, .getSigcount, .getSighandle, .sigGetdomain, .sigGetidentity, .sigIgnore, .sigResult,
      .sigBhresult, .sigBodylength, .sigCanonlength:
      return try signature(function, arguments)
    case .addHeader, .addRcpt, .delHeader, .delRcpt, .quarantine, .setReply, .getReputation, .rblCheck:
      return [try change(function, arguments)]
    case .sign, .signfor: return [.nil]
    }
  }

  /// `export(ctx, name, value, …)`
  private mutating func export(_ arguments: ScriptArguments) throws(PolicyScriptError) -> [ScriptValue] {
    try arguments.checkContext(2...60)
    guard arguments.values.count % 2 == 1 else { throw arguments.error("incorrect argument count") }
    for index in stride(from: 1, to: arguments.values.count, by: 2) {
      let name = try arguments.text(index)
      switch arguments[index + 1] {
      case .nil, .boolean, .integer, .number, .text:
        guard exports[name] != nil || exports.count < Self.mostExports else {
          throw arguments.error("too many variables")
        }
        exports[name] = arguments[index + 1]
      case .handle, .list, .other: throw arguments.error("incorrect argument type")
      }
    }
    return []
  }

  // MARK: Data sets

  private mutating func isInternalIP(_ arguments: ScriptArguments) async throws(PolicyScriptError) -> ScriptValue {
    try arguments.checkContext(0...0)
    let client = facts.connection
    do throws(DataSetError) {
      let match = try await configuration.origin.internalHosts.match(
        name: client.hostName, address: client.effectiveAddress)
      return .integer(match == nil ? 0 : 1)
    } catch {
      failure = .dataSet(setting: Setting.internalHosts.name, error)
      throw arguments.error("InternalHosts: \(error)")
    }
  }

  private mutating func openDataSet(_ arguments: ScriptArguments) async throws(PolicyScriptError) -> ScriptValue {
    try arguments.checkCount(1...2)
    let set: any DataSet
    let specification = try arguments.text(0)
    do throws(DataSetOpenError) {
      set = try await configuration.scripts.dataSets.open(
        specification, caseSensitive: !arguments.flag(1))
    } catch {
      throw arguments.error(error.description)
    }
    guard dataSets.count < Self.mostDataSets else { throw arguments.error("too many data sets are open") }
    dataSets.append(set)
    return ScriptHandle.dataSet(dataSets.count - 1)
  }

  private func check(_ arguments: ScriptArguments) async throws(PolicyScriptError) -> ScriptValue {
    try arguments.checkCount(2...2)
    let key = try arguments.text(1)
    let set = dataSets[try arguments.dataSet(0)]
    // As in OpenDKIM, nil is a failure, and the script decides.
    do throws(DataSetError) { return .integer(try await set.rows(for: key, all: false).isEmpty ? 0 : 1) } catch {
      return .nil
    }
  }
}

extension LogEvent {
  /// A line that a script logs, as in OpenDKIM without the queue ID.
  static func script(_ text: String) -> LogEvent { LogEvent("script", .info, text, namesJob: false) }

  static func scriptFailed(_ hook: ScriptHook, why: String) -> LogEvent {
    LogEvent(
      "script-failed", .error, "dkimf_lua_\(hook.rawValue)_hook() failed: \(why)",
      fields: [Field("hook", hook.rawValue), Field("reason", why)])
  }

  static func scriptKey(_ name: String, why: String) -> LogEvent {
    LogEvent("script-key", .error, "key '\(name)' \(why)", fields: [Field("key", name), Field("reason", why)])
  }
}
