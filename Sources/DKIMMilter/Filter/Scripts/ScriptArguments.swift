import DKIMConfiguration

/// The arguments of a function call, with OpenDKIM's texts for errors.
struct ScriptArguments: Sendable {
  private let function: ScriptFunction
  let values: [ScriptValue]

  init(_ function: ScriptFunction, _ values: [ScriptValue]) {
    self.function = function
    self.values = values
  }

  /// The call and its arguments, as they would be written in a script.
  var description: String { "odkim.\(function.rawValue)(\(written))" }

  private var written: String {
    let text = values.map { $0 == .handle(ScriptHandle.context) ? "ctx" : $0.description }.joined(separator: ", ")
    // The name of a data set may contain a password.
    return function == .dbOpen ? DataSetSecrets.hidden(in: text) : text
  }

  func error(_ text: String) -> PolicyScriptError { PolicyScriptError("odkim.\(function.rawValue)(): \(text)") }

  private var badType: PolicyScriptError { error("incorrect argument type") }

  func checkCount(_ range: ClosedRange<Int>) throws(PolicyScriptError) {
    guard range.contains(values.count) else { throw error("incorrect argument count") }
  }

  /// Checks that the first argument is `ctx`, and that there are as many others as `range` says.
  func checkContext(_ range: ClosedRange<Int>) throws(PolicyScriptError) {
    try checkCount(range.lowerBound + 1...range.upperBound + 1)
    guard values.first == .handle(ScriptHandle.context) else { throw badType }
  }

  subscript(index: Int) -> ScriptValue { index < values.count ? values[index] : .nil }

  func bytes(_ index: Int) throws(PolicyScriptError) -> [UInt8] {
    switch self[index] {
    case .text(let bytes): return bytes
    case .integer(let number): return Array("\(number)".utf8)
    default: throw badType
    }
  }

  func text(_ index: Int) throws(PolicyScriptError) -> String {
    String(decoding: try bytes(index), as: UTF8.self)
  }

  func integer(_ index: Int) throws(PolicyScriptError) -> Int {
    switch self[index] {
    case .integer(let number): return number
    case .number(let number):
      if let whole = Int(exactly: number.rounded(.towardZero)) { return whole }
      throw badType
    case .text(let bytes):
      if let whole = Int(String(decoding: bytes, as: UTF8.self)) { return whole }
      throw badType
    default: throw badType
    }
  }

  func flag(_ index: Int) -> Bool {
    switch self[index] {
    case .nil, .boolean(false): false
    default: true
    }
  }

  /// The index of a signature.
  func signature(_ index: Int) throws(PolicyScriptError) -> Int {
    guard case .handle(let handle) = self[index], let number = ScriptHandle.signatureIndex(handle) else {
      throw badType
    }
    return number
  }

  /// The index of an open data set.
  func dataSet(_ index: Int) throws(PolicyScriptError) -> Int {
    guard case .handle(let handle) = self[index], let number = ScriptHandle.dataSetIndex(handle) else { throw badType }
    return number
  }
}
