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
        .check_popauth, .parse_field, .replace_header, .resign, .set_result, .sign, .signfor, .use_ltag, .verify, .xtag,
      ]
    case .screen:
      ScriptFunction.ofAll + ScriptFunction.ofClient + ScriptFunction.ofDataSets + ScriptFunction.ofSignatures
        + [.sig_ignore]
    case .final:
      ScriptFunction.ofAll + ScriptFunction.ofClient + ScriptFunction.ofDataSets + ScriptFunction.ofSignatures + [
        .add_header, .add_rcpt, .del_header, .del_rcpt, .get_reputation, .quarantine, .rbl_check, .set_reply,
        .set_result, .sig_bhresult, .sig_bodylength, .sig_canonlength, .sig_result, .xtag,
      ]
    }
  }
}

/// A function of opendkim-lua(3).
enum ScriptFunction: String, Sendable, Hashable, CaseIterable {
  case add_header, add_rcpt, check_popauth, db_check, db_close, db_open, del_header, del_rcpt, export, get_clienthost
  case get_clientip, get_dbhandle, get_envfrom, get_fromdomain, get_header, get_mtasymbol, get_rcpt, get_rcptarray
  case get_reputation, get_sigarray, get_sigcount, get_sighandle, internal_ip, log, parse_field, quarantine, rbl_check
  case rcpt_count, replace_header, resign, set_reply, set_result, sig_bhresult, sig_bodylength, sig_canonlength
  case sig_getdomain, sig_getidentity, sig_ignore, sig_result, sign, signfor, spam, use_ltag, verify, xtag

  static let ofAll: [ScriptFunction] = [
    .export, .get_envfrom, .get_fromdomain, .get_header, .get_mtasymbol, .get_rcpt, .get_rcptarray, .internal_ip, .log,
    .rcpt_count, .spam,
  ]
  static let ofClient: [ScriptFunction] = [.get_clienthost, .get_clientip]
  static let ofDataSets: [ScriptFunction] = [.db_check, .db_close, .db_open, .get_dbhandle]
  static let ofSignatures: [ScriptFunction] = [
    .get_sigarray, .get_sigcount, .get_sighandle, .parse_field, .sig_getdomain, .sig_getidentity,
  ]
}

/// The values of `SMFIS_…`, as in OpenDKIM.
enum ScriptResult: Int, Sendable, Hashable {
  case reject = 1
  case discard = 2
  case accept = 3
  case tempfail = 4
}

/// The values of `DB_…`, as in OpenDKIM.
enum ScriptDataSetName: Int, Sendable, Hashable {
  case domains = 1
  case thirdParty = 2
  case dontSignTo = 3
  case mtas = 4
  case macros = 5
  case signingTable = 6
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
      "DB_DOMAINS": .integer(ScriptDataSetName.domains.rawValue),
      "DB_THIRDPARTY": .integer(ScriptDataSetName.thirdParty.rawValue),
      "DB_DONTSIGNTO": .integer(ScriptDataSetName.dontSignTo.rawValue),
      "DB_MTAS": .integer(ScriptDataSetName.mtas.rawValue), "DB_MACROS": .integer(ScriptDataSetName.macros.rawValue),
      "DB_SIGNINGTABLE": .integer(ScriptDataSetName.signingTable.rawValue),
      "DKIM_SIGBH_UNTESTED": .integer(-1), "DKIM_SIGBH_MATCH": .integer(0), "DKIM_SIGBH_MISMATCH": .integer(1),
    ]
    for (name, number) in SignatureErrorNumber.names {
      globals["DKIM_SIGERROR_" + name] = .integer(number.rawValue)
    }
    return globals
  }()
}
