import DKIMConfiguration
import DKIMCore

/// One thing that was found out on the way to a decision.
///
/// Each step is recorded once, in a ``DecisionRecord``. `LogEvent` has the lines of the steps that are always logged,
/// and `Explanation.Step` has the texts for the explanation.
enum DecisionStep: Sendable {
  case sender(SenderStep)
  case client(ClientStep)
  case key(KeyStep)
  case message(MessageStep)
  case outcome(OutcomeStep)
  case script(ScriptStep)
  /// No decision was possible.
  case failure(DecisionFailure)
  /// Follows a failure to load the key with that name, and is always logged.
  /// - Parameter isExplained: whether it is also in the explanation: only if the failure has no suggested fix.
  case errorLoadingKey(String, isExplained: Bool)
}

/// A step that reads the sender's address.
indirect enum SenderStep: Sendable {
  /// The macro in `SenderMacro` contains the address.
  case inMacro(MailAddress, macro: String)
  case badMacro(String, value: String)
  /// The first field in `SenderHeaders` that the message has contains the address.
  case inField(MailAddress, field: String)
  case badField(String, value: String, MailAddressError)
  /// The message has none of these fields.
  case missing(fields: [String])
  /// The address is `DefaultSender`, because there is no other.
  case standIn(MailAddress, because: SenderStep)
  /// The sender's domain is in `ExemptDomains`.
  case exempt(DomainName, DataSetRow)
}

/// A step that decides whether the client is internal, or whether it is filtered.
enum ClientStep: Sendable {
  /// The MTA's `daemon_name` is in `MTA`.
  case isMTA(String)
  case isNotMTA(host: String, daemon: String)
  /// A macro has a value in `MacroList`.
  case macro(MacroRule, value: String)
  case noMacro
  /// The client is in `InternalHosts`.
  case internalHost(ClientInfo, DataSetRow)
  case notInternalHost(ClientInfo, hasAuthenticated: Bool)
  /// The client has authenticated with this method.
  case authenticated(String)
  case notAuthenticated
  /// The client's address is in `POPDBFile`.
  case inPOPDatabase(ClientInfo, DataSetRow)
  case notInPOPDatabase
  /// Sums up the steps above.
  case isInternal(Bool)
  /// The client is in `ExternalIgnoreList`.
  case maySend(ClientInfo, as: DomainName, DataSetRow)
  /// The client is not internal, but mail from the sender would be signed for internal clients.
  /// - Parameter reportedHost: the name of the client, if this is logged.
  case external(sender: MailAddress, reportedHost: String?)
  /// The client is in `PeerList`.
  case peer(ClientInfo, DataSetRow)
  case notPeer(ClientInfo)
  /// The lookup in `PeerList` failed.
  case peerListFailed(DataSetError)
}

/// A step that finds the keys for a sender.
enum KeyStep: Sendable {
  /// No signing keys are configured.
  case none
  /// Sums up the search for keys.
  /// - Parameter count: `nil` if the search failed.
  case found(count: Int?, for: MailAddress)
  /// A row of `Domain` names the sender's domain or a parent of it.
  case domain(DomainName, MembershipList.DomainMatch)
  case noDomain(DomainName)
  case noParentDomain(DomainName)
  /// A row of the SigningTable matches the sender.
  case signingTable(SigningTable.Match)
  case noSigningTableRow(MailAddress)
  /// A row of the SigningTable matches a sender whose mail is not signed, because the client is not internal.
  case wouldSign(SigningTable.Match)
  case nearMiss(SigningTable.NearMiss)
  case keyTable(name: String, KeyTable.Entry)
  /// `SignatureAlgorithm` excludes keys of this type.
  case excludedType(KeyType)
  /// The identity for `i=` is not within `d=`.
  case identityDropped(String, domain: DomainName)
  /// The field in `IdentityHeader` contains the identity for `i=`.
  case identity(Identity, field: String)
  /// The text of the field in `IdentityHeader` is not an address within `d=`.
  case identityIgnored(String, field: String, domain: DomainName)
  /// The field in `IdentityHeader` is removed, because `IdentityHeaderRemove` is set.
  case identityHeaderRemoved(field: String)
}

/// A step that looks at the message itself: its header, recipients and signatures.
enum MessageStep: Sendable {
  case headerTooLarge(MessageHeader.Excess)
  /// Some recipients were not kept; see ``MessageMetadata/recipientsAreCut``.
  case recipientsCut
  /// The recipient is in `DontSignMailTo`.
  case notSigned(recipient: String, DataSetRow)
  /// The message is signed with `l=`: at most `MaximumSignedBytes` bytes of the body.
  case bodyLimit(UInt64)
  /// The recipient is in `BodyLengthDB`, so the message is signed with `l=`.
  case bodyLength(recipient: MailAddress, DataSetRow)
  /// Signatures of the domain are in `TrustSignaturesFrom`.
  case trusted(domain: String, DataSetRow)
  /// `RateLimits` has a limit for the domain of a signature, or for mail without a valid signature.
  case limited(RateLimitTable.Limit, RateRules)
  /// The recipient is in `ResignMailTo`.
  case resigned(recipient: MailAddress, DataSetRow)
  /// A rule of `ReplaceRules` changes these fields before they are signed.
  case replaced(ReplaceRules.Rule, fields: [String])
  /// The author's domain is in `ATPSDomains`: third-party signatures name it in `atps=`.
  case delegated(by: DomainName, DataSetRow)
  /// A VBR-Info field is added.
  case vouched(VouchingInfo)
  /// A VBR-Info field is left out, because the message has one for another type of mail (`mc=`).
  case vouchingLeftOut(VouchingInfo, existing: VouchedContent)
  /// A field of the message that overrides `VBR-Type` or `VBR-Certifiers` is not valid and is ignored.
  case badVouchingField(String)
  /// The header violates RFC 5322, and `RequiredHeaders` is set.
  case headerRequirement(String)
  /// The header violates RFC 5322, and `StrictHeaders` is set.
  case malformed(String)
}

/// A step that states what is done with the message or with the client's mail.
enum OutcomeStep: Sendable {
  case toBeSigned(PlannedSignature, SigningRules, length: SignedBodyLength?)
  /// The message is signed after it was verified, always or if one of its signatures passes.
  case toBeResigned(PlannedSignature, SigningRules, always: Bool)
  /// The message has to be signed but cannot be.
  case cannotSign(String)
  /// `Mode` excludes signing.
  case signingDisabled
  case toBeVerified
  /// `Mode` excludes verification.
  case verificationDisabled
  /// All mail from the client is accepted unchanged.
  case peerAccepted
}
