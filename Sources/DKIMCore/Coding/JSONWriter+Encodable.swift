extension JSONWriter {
  /// Writes a value. The members of an object are in the order in which it encodes them, each once.
  /// - Throws: the error of the value, or `EncodingError` for a floating-point number, for which there is no use.
  package mutating func value(_ value: some Encodable) throws {
    let node = JSONNode([])
    try node.set(value)
    node.write(to: &self)
  }
}

/// A JSON value while it is encoded.
private final class JSONNode: Encoder {
  private enum Content {
    case null
    case bool(Bool)
    case text(String)
    case number(any FixedWidthInteger)
    case array([JSONNode])
    case object([(name: String, value: JSONNode)])
  }

  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }
  /// A value that encodes nothing is an object without members.
  private var content = Content.object([])

  init(_ codingPath: [any CodingKey]) {
    self.codingPath = codingPath
  }

  func write(to json: inout JSONWriter) {
    switch content {
    case .null: json.null()
    case .bool(let value): json.bool(value)
    case .text(let text): json.string(text)
    case .number(let number): json.number(number)
    case .array(let elements):
      json.array { json in
        for element in elements { element.write(to: &json) }
      }
    case .object(let members):
      json.object { json in
        for (name, value) in members {
          json.name(name)
          value.write(to: &json)
        }
      }
    }
  }

  func set(_ value: some Encodable) throws {
    switch value {
    case let text as String: content = .text(text)
    case let value as Bool: content = .bool(value)
    case let number as any FixedWidthInteger: content = .number(number)
    case is any BinaryFloatingPoint:
      throw EncodingError.invalidValue(
        value, .init(codingPath: codingPath, debugDescription: "floating-point numbers are not supported"))
    default: try value.encode(to: self)
    }
  }

  func setNull() {
    content = .null
  }

  func member(_ key: any CodingKey) -> JSONNode {
    let node = JSONNode(codingPath + [key])
    guard case .object(var members) = content else { preconditionFailure("the value is not an object") }
    // The array must have one owner, or each member would copy it.
    content = .null
    members.append((key.stringValue, node))
    content = .object(members)
    return node
  }

  var count: Int {
    if case .array(let elements) = content { elements.count } else { 0 }
  }

  func element() -> JSONNode {
    let node = JSONNode(codingPath)
    guard case .array(var elements) = content else { preconditionFailure("the value is not an array") }
    content = .null
    elements.append(node)
    content = .array(elements)
    return node
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(JSONMembers(node: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .object = content { content = .array([]) }
    return JSONElements(node: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    JSONSingleValue(node: self)
  }
}

private struct JSONMembers<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let node: JSONNode
  var codingPath: [any CodingKey] { node.codingPath }

  func encodeNil(forKey key: Key) throws { node.member(key).setNull() }
  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws { try node.member(key).set(value) }
  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    node.member(key).container(keyedBy: type)
  }
  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { node.member(key).unkeyedContainer() }
  func superEncoder() -> any Encoder { node.member("super" as CaseKey) }
  func superEncoder(forKey key: Key) -> any Encoder { node.member(key) }
}

private struct JSONElements: UnkeyedEncodingContainer {
  let node: JSONNode
  var codingPath: [any CodingKey] { node.codingPath }
  var count: Int { node.count }

  func encodeNil() throws { node.element().setNull() }
  func encode<Value: Encodable>(_ value: Value) throws { try node.element().set(value) }
  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
    node.element().container(keyedBy: type)
  }
  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { node.element().unkeyedContainer() }
  func superEncoder() -> any Encoder { node.element() }
}

private struct JSONSingleValue: SingleValueEncodingContainer {
  let node: JSONNode
  var codingPath: [any CodingKey] { node.codingPath }

  func encodeNil() throws { node.setNull() }
  func encode<Value: Encodable>(_ value: Value) throws { try node.set(value) }
}
