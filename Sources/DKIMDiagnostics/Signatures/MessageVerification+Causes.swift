import DKIMCore

extension MessageVerification {
  /// Returns, for each failed result, what may have happened to the message.
  package func causes() -> [[SignatureDiagnosis.Cause]] {
    guard results.contains(where: { $0.bodyHash == .differs || $0.headerHash == .differs }) else {
      return results.map { _ in [] }
    }
    let headerCauses = HeaderCauses(self).find()
    return results.indices.map { i in
      guard let signature = results[i].signature else { return [] }
      var causes: [SignatureDiagnosis.Cause] = []
      if results[i].bodyHash == .differs {
        var search = BodyCauses(body, signature, in: context)
        if let cause = search.find() { causes.append(cause) }
      }
      if results[i].headerHash == .differs {
        causes += CopiedFields(signature).differences(from: header)
        if let cause = headerCauses[i] {
          causes.append(cause)
        } else if signature.canonicalization.header == .simple {
          causes.append(.simpleHeaderCanonicalization)
        }
      }
      return causes
    }
  }
}
