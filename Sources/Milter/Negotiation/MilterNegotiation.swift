/// The offer of an MTA at the beginning of a connection.
public struct MilterOffer: Sendable, Hashable {
  /// The highest protocol version that the MTA supports.
  public var version: UInt32
  /// The actions that a filter may request.
  public var actions: MilterActions
  /// The protocol options that a filter may request.
  public var protocolOptions: MilterProtocolOptions

  /// Creates an offer.
  public init(version: UInt32, actions: MilterActions, protocolOptions: MilterProtocolOptions) {
    self.version = version
    self.actions = actions
    self.protocolOptions = protocolOptions
  }

  /// The offer of Postfix 3.7.
  public static let postfix = MilterOffer(version: 6, actions: .all, protocolOptions: .all)
}

/// The request of a filter in answer to an MTA's offer.
public struct MilterRequirements: Sendable, Hashable {
  /// The actions that the filter needs; an MTA that does not offer them is refused.
  public var requiredActions: MilterActions
  /// The actions that the filter uses if the MTA offers them.
  public var wantedActions: MilterActions
  /// The protocol options that the filter uses if the MTA offers them.
  ///
  /// If a no-reply bit is not offered, the session sends the replies itself.
  public var protocolOptions: MilterProtocolOptions
  /// The macros to request for each stage, in place of the MTA's own list.
  ///
  /// If the MTA does not offer `setSymbolLists`, its own lists apply. Only stages with a `symbolListNumber` have a
  /// list.
  public var symbolLists: [MilterStage: [String]]

  /// Creates a request.
  public init(
    requiredActions: MilterActions = [], wantedActions: MilterActions = [], protocolOptions: MilterProtocolOptions = [],
    symbolLists: [MilterStage: [String]] = [:]
  ) {
    self.requiredActions = requiredActions
    self.wantedActions = wantedActions
    self.protocolOptions = protocolOptions
    self.symbolLists = symbolLists
  }

  /// The protocol versions that this library supports.
  public static let versions: ClosedRange<UInt32> = 2...6

  /// Makes an agreement from this request and an offer.
  ///
  /// It contains nothing that was not offered, and its version is never higher than the offered one.
  public func agreement(on offer: MilterOffer) throws(MilterRefusal) -> MilterAgreement {
    guard offer.version >= Self.versions.lowerBound else { throw .version(offer.version) }
    let missing = requiredActions.subtracting(offer.actions)
    guard missing.isEmpty else { throw .missingActions(missing, offered: offer.actions) }
    let version = min(offer.version, Self.versions.upperBound)
    var actions = requiredActions.union(wantedActions)
    if !symbolLists.isEmpty && version >= 6 { actions.insert(.setSymbolLists) }
    return MilterAgreement(
      version: version, actions: actions.intersection(offer.actions),
      protocolOptions: protocolOptions.intersection(offer.protocolOptions).intersection(.known(toVersion: version)))
  }
}

/// The agreement between an MTA and a filter.
public struct MilterAgreement: Sendable, Hashable {
  /// The protocol version, 2 to 6.
  public var version: UInt32
  /// The actions that the filter may take.
  public var actions: MilterActions
  /// The protocol options in use.
  public var protocolOptions: MilterProtocolOptions

  /// Creates an agreement, for tests and for programs that simulate an MTA.
  public init(version: UInt32, actions: MilterActions, protocolOptions: MilterProtocolOptions) {
    self.version = version
    self.actions = actions
    self.protocolOptions = protocolOptions
  }

  /// Whether `skip` is a valid answer to a body chunk.
  public var allowsSkip: Bool { protocolOptions.contains(.skip) && !protocolOptions.contains(.noReplyBody) }

  /// Returns whether an answer to `command` other than `continue` is possible.
  public func allowsReply(to command: MilterCommand) -> Bool {
    if command == .endOfMessage { return true }
    guard let bit = MilterProtocolOptions.noReply(to: command) else { return false }
    return !protocolOptions.contains(bit)
  }
}

/// The reason why a filter does not work with an MTA. The connection is closed.
public enum MilterRefusal: Error, Sendable, Hashable {
  /// The MTA's protocol version is older than 2.
  case version(UInt32)
  /// The MTA does not offer what the filter needs.
  case missingActions(MilterActions, offered: MilterActions)
  /// The filter's own reason.
  case unwilling(String)
}

extension MilterRefusal: CustomStringConvertible {
  /// The reason as text, for logs.
  public var description: String {
    switch self {
    case .version(let version):
      "the MTA uses version \(version) of the milter protocol; versions 2 to 6 are supported"
    case .missingActions(let missing, let offered):
      "the MTA does not offer \(missing), which this filter needs; it offers \(offered)"
    case .unwilling(let reason): reason
    }
  }
}
