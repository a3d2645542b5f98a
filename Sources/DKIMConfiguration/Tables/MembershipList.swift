public import DKIMCore

/// A set that is asked whether something is in it: domains, recipients.
public struct MembershipList: Sendable {
  let set: any DataSet

  public init(_ set: any DataSet) {
    self.set = set
  }

  /// The row whose key is `name` exactly, whatever the case.
  public func row(for name: String) async throws(DataSetError) -> DataSetRow? {
    nil
  }

  /// The row for an address by the look-up order of `BodyLengthDB`: `user@dom`, `*@dom`, `user@.sup`, `*@.sup`, …,
  /// `user@*`, `*`.
  public func row(for address: MailAddress) async throws(DataSetError) -> DataSetRow? {
    nil
  }
}
