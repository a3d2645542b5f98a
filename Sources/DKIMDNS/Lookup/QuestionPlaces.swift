/// A bounded number of places for questions under way, shared fairly, and a bounded queue of questions that wait.
///
/// A question for which no name server answers keeps its place until its time is over, and anyone can send mail with
/// signatures of such a domain. So no client and no registered domain gets more than its share of the places, and a
/// place that becomes free goes to the question whose client, and then whose domain, has the fewest of them.
///
/// Confined to the event loop or the queue of its owner.
final class QuestionPlaces {
  /// What a client or a domain has.
  fileprivate final class Share {
    let limit: Int
    var taken = 0
    var waiting = 0

    init(limit: Int) { self.limit = limit }

    var isFull: Bool { taken >= limit }
    var isUnused: Bool { taken == 0 && waiting == 0 }
  }

  /// One question's claim to a place.
  final class Ticket {
    fileprivate enum State { case new, waiting, placed, over }

    fileprivate let domainName: String
    fileprivate var clientKey: KeyClient?
    fileprivate let domain: Share
    fileprivate var client: Share
    fileprivate var state = State.new
    fileprivate let begin: () -> Void
    fileprivate let refuse: () -> Void

    fileprivate init(
      _ clientKey: KeyClient?, _ client: Share, _ domainName: String, _ domain: Share, begin: @escaping () -> Void,
      refuse: @escaping () -> Void
    ) {
      self.clientKey = clientKey
      self.client = client
      self.domainName = domainName
      self.domain = domain
      self.begin = begin
      self.refuse = refuse
    }

    /// True until the question may be asked.
    var isWaiting: Bool { state == .new || state == .waiting }

    fileprivate var isEligible: Bool { !client.isFull && !domain.isFull }
    /// Which of two eligible questions comes first: the one with the smaller value.
    fileprivate var precedence: (Int, Int) { (client.taken, domain.taken) }
    /// Which question is refused when too many wait: the one with the largest value.
    fileprivate var crowd: Int { client.waiting + domain.waiting }
  }

  /// How many questions may be under way, and how many more may wait.
  let limit: Int
  /// The most places of one client: an eighth.
  let clientLimit: Int
  /// The most places of one registered domain: a sixteenth. It is less than that of a client because a relay is one
  /// client, and its mail may be from everywhere.
  let domainLimit: Int

  private var taken = 0
  private var queue: [Ticket] = []
  private var isAdmitting = false
  private var admissions = 0
  private var clients: [KeyClient?: Share] = [:]
  private var domains: [String: Share] = [:]

  init(limit: Int) {
    self.limit = max(1, limit)
    clientLimit = Self.part(8, of: self.limit)
    domainLimit = Self.part(16, of: self.limit)
  }

  /// A few places are not worth dividing.
  private static func part(_ divisor: Int, of limit: Int) -> Int { max(limit / divisor, min(limit, 8)) }

  /// Prepares a question for the key of `name`, which takes part from ``enter(_:)`` to ``leave(_:)``.
  ///
  /// - Parameters:
  ///   - client: `nil` where the client is not known; such questions have no limit of their own.
  ///   - begin: called once, when the question has a place.
  ///   - refuse: called instead where too many questions wait.
  func ticket(
    _ name: String, _ client: KeyClient?, begin: @escaping () -> Void, refuse: @escaping () -> Void
  ) -> Ticket {
    let domain = Self.registeredDomain(name)
    return Ticket(client, share(client), domain, share(domain), begin: begin, refuse: refuse)
  }

  /// Begins the question if there is a place for it; otherwise it waits.
  func enter(_ ticket: Ticket) {
    guard ticket.state == .new else { return }
    if taken < limit, ticket.isEligible { return place(ticket) }
    ticket.state = .waiting
    ticket.client.waiting += 1
    ticket.domain.waiting += 1
    queue.append(ticket)
    if queue.count > limit { refuseOne() }
  }

  /// Another client waits for the same answer: the question counts as that client's if it then comes sooner.
  func join(_ ticket: Ticket, _ client: KeyClient?) {
    guard ticket.state == .waiting else { return }
    let other = share(client)
    guard other !== ticket.client, (other.taken, other.waiting) < (ticket.client.taken, ticket.client.waiting) else {
      return drop(client)
    }
    let previous = ticket.clientKey
    ticket.client.waiting -= 1
    other.waiting += 1
    (ticket.client, ticket.clientKey) = (other, client)
    drop(previous)
    admit(atMost: 1)
  }

  /// Gives back the place, or the place in the queue. ``admit(atMost:)`` gives it to another question.
  func leave(_ ticket: Ticket) {
    switch ticket.state {
    case .over: return
    case .new: break
    case .placed:
      taken -= 1
      ticket.client.taken -= 1
      ticket.domain.taken -= 1
    case .waiting:
      ticket.client.waiting -= 1
      ticket.domain.waiting -= 1
      if let index = queue.firstIndex(where: { $0 === ticket }) { queue.remove(at: index) }
    }
    ticket.state = .over
    drop(ticket.clientKey)
    drop(ticket.domainName)
  }

  /// Begins questions that wait, as far as there are places for them, the one with the best claim first.
  func admit(atMost count: Int) {
    admissions += count
    // A question that fails at once gives its place back, and calls this, from within the loop.
    guard !isAdmitting else { return }
    isAdmitting = true
    defer { (isAdmitting, admissions) = (false, 0) }
    while admissions > 0, taken < limit, let index = nextIndex {
      admissions -= 1
      let ticket = queue.remove(at: index)
      ticket.client.waiting -= 1
      ticket.domain.waiting -= 1
      place(ticket)
    }
  }

  private func place(_ ticket: Ticket) {
    ticket.state = .placed
    taken += 1
    ticket.client.taken += 1
    ticket.domain.taken += 1
    ticket.begin()
  }

  private var nextIndex: Int? {
    var best: Int?
    for index in queue.indices where queue[index].isEligible {
      if let best, queue[best].precedence <= queue[index].precedence { continue }
      best = index
    }
    return best
  }

  /// The last question of those who have the most questions waiting.
  private func refuseOne() {
    var worst = queue.endIndex - 1
    for index in queue.indices.reversed() where queue[index].crowd > queue[worst].crowd { worst = index }
    let ticket = queue[worst]
    leave(ticket)
    ticket.refuse()
  }
}

// MARK: - Clients and domains

extension QuestionPlaces {
  private func share(_ client: KeyClient?) -> Share {
    if let share = clients[client] { return share }
    let share = Share(limit: client == nil ? limit : clientLimit)
    clients[client] = share
    return share
  }

  private func share(_ domain: String) -> Share {
    if let share = domains[domain] { return share }
    let share = Share(limit: domainLimit)
    domains[domain] = share
    return share
  }

  private func drop(_ client: KeyClient?) {
    if clients[client]?.isUnused == true { clients[client] = nil }
  }

  private func drop(_ domain: String) {
    if domains[domain]?.isUnused == true { domains[domain] = nil }
  }

  /// The end of `name` that probably belongs to one owner: its last two labels, or three where the last two look like
  /// `co.uk`. A wrong guess only makes the share of a domain larger or smaller.
  static func registeredDomain(_ name: String) -> String {
    let labels = name.utf8.split(separator: UInt8(ascii: "."))
    guard labels.count > 2 else { return name }
    let isShort = labels[labels.count - 1].count == 2 && labels[labels.count - 2].count <= 3
    let start = labels[labels.count - (isShort ? 3 : 2)].startIndex
    return String(name[start...])
  }
}
