/// What an MTA offers at the beginning of a connection.
public struct MilterOffer: Sendable, Hashable {
  /// The highest version it speaks.
  public var version: UInt32
  /// What a filter may do.
  public var actions: MilterActions
  /// What a filter may leave out or have otherwise.
  public var steps: MilterSteps

  /// An offer.
  public init(version: UInt32, actions: MilterActions, steps: MilterSteps) {
    self.version = version
    self.actions = actions
    self.steps = steps
  }

  /// What Postfix 3.7 offers.
  public static let postfix = MilterOffer(version: 6, actions: .all, steps: .all)
}

/// What a filter wants from an MTA.
public struct MilterWishes: Sendable, Hashable {
  /// Without these the filter cannot work: an MTA that does not offer them is refused.
  public var requiredActions: MilterActions
  /// Nice to have.
  public var wantedActions: MilterActions
  /// Nice to have. Where a no-reply bit is not offered the session sends the replies itself.
  public var steps: MilterSteps
  /// The macros wanted for a stage; they replace the MTA's own list. Needs an MTA that offers `setSymbolLists`, else
  /// its own lists stay. Only the stages with a `symbolListNumber` have one.
  public var symbolLists: [MilterStage: [String]]

  /// Wishes.
  public init(
    requiredActions: MilterActions = [], wantedActions: MilterActions = [], steps: MilterSteps = [],
    symbolLists: [MilterStage: [String]] = [:]
  ) {
    self.requiredActions = requiredActions
    self.wantedActions = wantedActions
    self.steps = steps
    self.symbolLists = symbolLists
  }

  /// The versions that this library speaks.
  public static let versions: ClosedRange<UInt32> = 2...6

  /// What comes of an offer: nothing that was not offered, and never a higher version.
  public func agreement(on offer: MilterOffer) throws(MilterRefusal) -> MilterAgreement {
    guard offer.version >= Self.versions.lowerBound else { throw .version(offer.version) }
    let missing = requiredActions.subtracting(offer.actions)
    guard missing.isEmpty else { throw .missingActions(missing, offered: offer.actions) }
    let version = min(offer.version, Self.versions.upperBound)
    var actions = requiredActions.union(wantedActions)
    if !symbolLists.isEmpty && version >= 6 { actions.insert(.setSymbolLists) }
    return MilterAgreement(
      version: version, actions: actions.intersection(offer.actions),
      steps: steps.intersection(offer.steps).intersection(.known(toVersion: version)))
  }
}

/// What MTA and filter have agreed on.
public struct MilterAgreement: Sendable, Hashable {
  /// 2 to 6.
  public var version: UInt32
  /// What the filter may do.
  public var actions: MilterActions
  /// What is left out or goes otherwise.
  public var steps: MilterSteps

  /// An agreement, for tests and for programs that play an MTA.
  public init(version: UInt32, actions: MilterActions, steps: MilterSteps) {
    self.version = version
    self.actions = actions
    self.steps = steps
  }

  /// True where `skip` is a possible answer to a piece of the body.
  public var allowsSkip: Bool { steps.contains(.skip) && !steps.contains(.noReplyBody) }

  /// True where an answer other than `continue` is possible to `command`.
  public func allowsReply(to command: MilterCommand) -> Bool {
    if command == .endOfMessage { return true }
    guard let bit = MilterSteps.noReply(to: command) else { return false }
    return !steps.contains(bit)
  }
}

/// Why a filter does not work with an MTA. The connection is closed.
public enum MilterRefusal: Error, Sendable, Hashable {
  /// The MTA speaks a version older than 2.
  case version(UInt32)
  /// The MTA does not offer what the filter needs.
  case missingActions(MilterActions, offered: MilterActions)
  /// The filter's own reason.
  case unwilling(String)
}

extension MilterRefusal: CustomStringConvertible {
  /// In words.
  public var description: String {
    switch self {
    case .version(let version):
      "the MTA speaks version \(version) of the milter protocol; 2 to 6 are understood"
    case .missingActions(let missing, let offered):
      "the MTA does not offer \(missing), which this filter needs; it offers \(offered)"
    case .unwilling(let reason): reason
    }
  }
}
