/// The result of verifying a message.
///
/// A report without ``results`` does not mean that the message is unsigned: if the header exceeds a limit, signatures
/// may follow the part that was examined. ``isUnsigned`` is true only if the whole header was examined.
///
/// The coding of a report is the JSON object that `dkimtool verify --json` prints for a message, without the members that
/// `dkimtool` adds; `Docs/Schemas/verify.schema.json` describes it. Enumerations are words, with their associated values
/// as members. A decoded report is equal to the encoded one; unknown words and contradictory members are errors.
public struct VerificationReport: Sendable, Hashable {
  /// One result per DKIM-Signature field, top down; fields beyond ``headerExcess`` are not included.
  public let results: [VerificationResult]
  /// The limit that the header exceeded, if any. Signatures beyond that point were not seen, so it is unknown whether
  /// the message is signed.
  public let headerExcess: MessageHeader.Excess?

  /// True if the message has no DKIM-Signature field. Always false if the header was cut off (see ``headerExcess``),
  /// because a signature may follow that point.
  public var isUnsigned: Bool { results.isEmpty && headerExcess == nil }
}
