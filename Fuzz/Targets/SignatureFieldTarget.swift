@testable import DKIMCore

/// Parses signature fields. All ranges are inside the field, all values are those of their tags, and another `b=`
/// changes nothing else.
enum SignatureFieldTarget {
  static func run(_ input: [UInt8]) {
    let damaged = SignatureTags(damaged: input)
    let texts = [damaged.domain, damaged.selector, damaged.algorithm, damaged.signature]
    requirePrintable(texts.compactMap(\.self).joined())
    let signature: DKIMSignature
    do {
      signature = try DKIMSignature(value: input)
    } catch {
      requirePrintable("\(error)")
      return
    }
    checkRanges(signature, input)
    checkValues(signature, input)
    checkIdentity(signature)
    checkOtherSignature(signature, input)
    checkLimit(signature, input)
    let tags = SignatureTags(signature)
    require(tags.domain == damaged.domain && tags.selector == damaged.selector, "d= or s= is parsed in two ways")
    require(
      tags.algorithm == damaged.algorithm && tags.signature == damaged.signature, "a= or b= is parsed in two ways")
    requirePrintable([tags.domain, tags.selector, tags.algorithm, tags.identity].compactMap(\.self).joined())
  }

  private static func value(_ name: String, _ input: [UInt8]) -> Range<Int>? {
    guard let list = try? TagList(input.span) else { fail("a signature that is not a tag list") }
    return list.tags.first { input[$0.name].elementsEqual(name.utf8) }?.value
  }

  private static func checkRanges(_ signature: DKIMSignature, _ input: [UInt8]) {
    require(signature.bytes == input, "the stored bytes differ from the input")
    let blanked = signature.blanked
    require(blanked.lowerBound > 0 && blanked.upperBound <= input.count, "b= is outside of the field")
    require(input[blanked.lowerBound - 1] == UInt8(ascii: "="), "no equals sign before b=")
    require(
      blanked.upperBound == input.count || input[blanked.upperBound] == UInt8(ascii: ";"), "b= ends before its end")
    require(Base64.decode(input.span.extracting(blanked)) == signature.signature, "the blanked range is not b=")
    let names = signature.headerNames.map { Array(input[$0]) }
    guard let list = value("h", input) else { fail("no h=") }
    let pieces = input[list].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map { piece in
      piece.filter { !ASCII.isFWS($0) }
    }
    require(names == pieces, "h= has other names: \(names) and \(pieces)")
    require(names.contains { String(decoding: $0, as: UTF8.self).lowercased() == "from" }, "h= without From")
    for name in names { require(Naive.fieldName(name + [0x3A]) != nil, "an invalid field name in h=") }
  }

  private static func checkValues(_ signature: DKIMSignature, _ input: [UInt8]) {
    let numbers = [
      ("l", signature.bodyLength, UInt64.max), ("t", signature.timestamp?.seconds, 999_999_999_999),
      ("x", signature.expiration?.seconds, 999_999_999_999),
    ]
    for (name, number, limit) in numbers {
      let expected = value(name, input).map { UInt64(String(decoding: input[$0], as: UTF8.self)) ?? .max }
      require(number == expected.map { $0 > limit ? .max : $0 }, "\(name)= is \(String(describing: number))")
    }
    if let timestamp = signature.timestamp, let expiration = signature.expiration {
      require(timestamp < expiration, "x= before t=")
    }
    require(!signature.signature.isEmpty && !signature.bodyHash.isEmpty, "an empty hash")
    require(Base64.decode(Array(signature.signatureText.utf8).span) == signature.signature, "b= is parsed in two ways")
    for (name, text) in [("d", signature.domain.text), ("s", signature.selector.text)] {
      require(value(name, input).map { input[$0].elementsEqual(text.utf8) } == true, "\(name)= is not as written")
    }
  }

  private static func checkIdentity(_ signature: DKIMSignature) {
    let domain = signature.domain
    require(signature.identity.domain.isEqualToOrSubdomain(of: domain), "i= outside of d=")
    let name = signature.keyQuery.name
    require(
      name == signature.selector.asciiForm + "._domainkey." + domain.asciiForm, "the key is looked up at another name")
    require(name.utf8.count <= 253 && name.utf8.allSatisfy { $0 < 0x80 }, "an invalid name for a query")
    // A name that was converted to A-labels is a valid name and does not change.
    for (text, name) in [(domain.text, domain.asciiForm), (signature.selector.text, signature.selector.asciiForm)] {
      require((try? DomainName(name))?.asciiForm == name, "\(name) is not a domain name")
      let lengths = [text, name].map { $0.utf8.split(separator: UInt8(ascii: ".")).count }
      require(lengths[0] == lengths[1], "\(name) has other labels than \(text)")
    }
    requirePrintable(signature.identity.description)
  }

  private static func checkOtherSignature(_ signature: DKIMSignature, _ input: [UInt8]) {
    let blanked = signature.blanked
    let other = input[..<blanked.lowerBound] + Array("QU\r\n JD".utf8) + input[blanked.upperBound...]
    guard let second = try? DKIMSignature(value: Array(other)) else { fail("with another b=, it cannot be parsed") }
    require(second.signature == Array("ABC".utf8) && second.signatureText == "QUJD", "another b= is not parsed")
    require(second.bodyHash == signature.bodyHash && second.signedHeaders == signature.signedHeaders, "b= changes h=")
    require(second.identity == signature.identity && second.keyQuery == signature.keyQuery, "b= changes i=")
    require(second.canonicalization == signature.canonicalization, "b= changes c=")
  }

  private static func checkLimit(_ signature: DKIMSignature, _ input: [UInt8]) {
    let count = signature.headerNames.count
    require((try? DKIMSignature(value: input, maximumHeaderNames: count)) != nil, "h= is rejected at the limit")
    do {
      _ = try DKIMSignature(value: input, maximumHeaderNames: count - 1)
      fail("h= has more names than its limit")
    } catch {
      require(error == .tooManyHeaderNames(limit: count - 1), "h= beyond its limit is rejected for \(error)")
    }
  }
}
