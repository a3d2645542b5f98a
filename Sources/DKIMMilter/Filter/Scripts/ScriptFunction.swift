internal import DKIMConfiguration

/// The point at which a policy script runs.
package enum ScriptHook: String, Sendable, Hashable, CaseIterable {
  case setup, screen, final

  /// The setting that names the script.
  var setting: String {
    switch self {
    case .setup: "SetupPolicyScript"
    case .screen: "ScreenPolicyScript"
    case .final: "FinalPolicyScript"
    }
  }

  /// The functions that the script finds in the table `odkim`.
  var functions: [ScriptFunction] {
    switch self {
    case .setup:
      ScriptFunction.ofAll + ScriptFunction.ofClient + ScriptFunction.ofDataSets + [
        .checkPopauth, .parseField, .replaceHeader, .resign, .setResult, .sign, .signfor, .useLtag, .verify, .xtag,
      ]
    case .screen:
      ScriptFunction.ofAll + ScriptFunction.ofClient + ScriptFunction.ofDataSets + ScriptFunction.ofSignatures
        + [.sigIgnore]
    case .final:
      ScriptFunction.ofAll + ScriptFunction.ofClient + ScriptFunction.ofDataSets + ScriptFunction.ofSignatures + [
        .addHeader, .addRcpt, .delHeader, .delRcpt, .getReputation, .quarantine, .rblCheck, .setReply,
        .setResult, .sigBhresult, .sigBodylength, .sigCanonlength, .sigResult, .xtag,
      ]
    }
  }
}

/// A function of opendkim-lua(3).
enum ScriptFunction: String, Sendable, Hashable, CaseIterable {
  case addHeader = "add_header"
  case addRcpt = "add_rcpt"
  case checkPopauth = "check_popauth"
  case dbCheck = "db_check"
  case dbClose = "db_close"
  case dbOpen = "db_open"
  case delHeader = "del_header"
  case delRcpt = "del_rcpt"
  case export
  case getClienthost = "get_clienthost"
  case getClientip = "get_clientip"
  case getDbhandle = "get_dbhandle"
  case getEnvfrom = "get_envfrom"
  case getFromdomain = "get_fromdomain"
  case getHeader = "get_header"
  case getMtasymbol = "get_mtasymbol"
  case getRcpt = "get_rcpt"
  case getRcptarray = "get_rcptarray"
  case getReputation = "get_reputation"
  case getSigarray = "get_sigarray"
  case getSigcount = "get_sigcount"
  case getSighandle = "get_sighandle"
  case internalIp = "internal_ip"
  case log
  case parseField = "parse_field"
  case quarantine
  case rblCheck = "rbl_check"
  case rcptCount = "rcpt_count"
  case replaceHeader = "replace_header"
  case resign
  case setReply = "set_reply"
  case setResult = "set_result"
  case sigBhresult = "sig_bhresult"
  case sigBodylength = "sig_bodylength"
  case sigCanonlength = "sig_canonlength"
  case sigGetdomain = "sig_getdomain"
  case sigGetidentity = "sig_getidentity"
  case sigIgnore = "sig_ignore"
  case sigResult = "sig_result"
  case sign
  case signfor
  case spam
  case useLtag = "use_ltag"
  case verify
  case xtag

  static let ofAll: [ScriptFunction] = [
    .export, .getEnvfrom, .getFromdomain, .getHeader, .getMtasymbol, .getRcpt, .getRcptarray, .internalIp, .log,
    .rcptCount, .spam,
  ]
  static let ofClient: [ScriptFunction] = [.getClienthost, .getClientip]
  static let ofDataSets: [ScriptFunction] = [.dbCheck, .dbClose, .dbOpen, .getDbhandle]
  static let ofSignatures: [ScriptFunction] = [
    .getSigarray, .getSigcount, .getSighandle, .parseField, .sigGetdomain, .sigGetidentity,
  ]
}

/// The values of `SMFIS_…`, as in OpenDKIM.
enum ScriptResult: Int, Sendable, Hashable {
  case reject = 1
  case discard = 2
  case accept = 3
  case tempfail = 4
}

/// Numbers that stand for objects in scripts.
enum ScriptHandle {
  /// The value of the global variable `ctx`.
  static let context = 1
  private static let signatures = 1 << 24
  private static let dataSets = 2 << 24

  static func signature(_ index: Int) -> ScriptValue { .handle(signatures + index) }
  static func dataSet(_ index: Int) -> ScriptValue { .handle(dataSets + index) }
  static func signatureIndex(_ handle: Int) -> Int? { handle >> 24 == 1 ? handle - signatures : nil }
  static func dataSetIndex(_ handle: Int) -> Int? { handle >> 24 == 2 ? handle - dataSets : nil }
}

extension ScriptHook {
  /// The global variables of every script: the constants and `ctx`.
  static let globals: [String: ScriptValue] = {
    var globals: [String: ScriptValue] = [
      "ctx": .handle(ScriptHandle.context), "SMFIS_REJECT": .integer(ScriptResult.reject.rawValue),
      "SMFIS_DISCARD": .integer(ScriptResult.discard.rawValue), "SMFIS_ACCEPT": .integer(ScriptResult.accept.rawValue),
      "SMFIS_TEMPFAIL": .integer(ScriptResult.tempfail.rawValue),
      "DB_DOMAINS": .integer(1), "DB_THIRDPARTY": .integer(2), "DB_DONTSIGNTO": .integer(3), "DB_MTAS": .integer(4),
      "DB_MACROS": .integer(5), "DB_SIGNINGTABLE": .integer(6),
      "DKIM_SIGBH_UNTESTED": .integer(-1), "DKIM_SIGBH_MATCH": .integer(0), "DKIM_SIGBH_MISMATCH": .integer(1),
    ]
    for (name, number) in SignatureErrorNumber.names {
      globals["DKIM_SIGERROR_" + name] = .integer(number.rawValue)
    }
    return globals
  }()
}
