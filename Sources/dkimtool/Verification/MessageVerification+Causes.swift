import DKIMCore

extension MessageVerification {
  /// Returns, for each failed result, what may have happened to the message, in sentences.
  func causes() -> [[String]] {
    guard results.contains(where: { $0.bodyHash == .differs || $0.headerHash == .differs }) else {
      return results.map { _ in [] }
    }
    let headerCauses = HeaderCauses(self).find()
    return results.indices.map { i in
      guard let signature = results[i].signature else { return [] }
      var sentences: [String] = []
      if results[i].bodyHash == .differs {
        var search = BodyCauses(body, signature, in: context)
        if let cause = search.find() { sentences.append(cause) }
      }
      if results[i].headerHash == .differs {
        sentences += CopiedFields(signatureField: header.value(of: results[i].position)).differences(from: header)
        if let cause = headerCauses[i] {
          sentences.append(cause)
        } else if signature.canonicalization.header == .simple {
          sentences.append(
            "The header is signed with simple canonicalization: even a moved line break breaks the signature.")
        }
      }
      return sentences
    }
  }
}
