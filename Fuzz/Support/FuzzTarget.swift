/// The targets; each is in the file with its name.
enum FuzzTarget: String, CaseIterable {
  case tagList = "TagList"
  case keyRecord = "KeyRecord"
  case signatureField = "SignatureField"
  case messageHeader = "MessageHeader"
  case authenticationResults = "AuthenticationResults"
  case bodyCanonicalization = "BodyCanonicalization"
  case headerCanonicalization = "HeaderCanonicalization"
  case keys = "Keys"
  case dnsAnswer = "DNSAnswer"
  case verification = "Verification"
  case tablePattern = "TablePattern"
  case tableRows = "TableRows"
  case milterFrames = "MilterFrames"
  case milterSession = "MilterSession"
  case configuration = "Configuration"
  case dataSourceName = "DataSourceName"
  case ldapName = "LDAPName"

  func run(_ input: [UInt8]) {
    switch self {
    case .tagList: TagListTarget.run(input)
    case .keyRecord: KeyRecordTarget.run(input)
    case .signatureField: SignatureFieldTarget.run(input)
    case .messageHeader: MessageHeaderTarget.run(input)
    case .authenticationResults: AuthenticationResultsTarget.run(input)
    case .bodyCanonicalization: BodyCanonicalizationTarget.run(input)
    case .headerCanonicalization: HeaderCanonicalizationTarget.run(input)
    case .keys: KeysTarget.run(input)
    case .dnsAnswer: DNSAnswerTarget.run(input)
    case .verification: VerificationTarget.run(input)
    case .tablePattern: TablePatternTarget.run(input)
    case .tableRows: TableRowsTarget.run(input)
    case .milterFrames: MilterFramesTarget.run(input)
    case .milterSession: MilterSessionTarget.run(input)
    case .configuration: ConfigurationTarget.run(input)
    case .dataSourceName: DataSourceNameTarget.run(input)
    case .ldapName: LDAPNameTarget.run(input)
    }
  }
}
