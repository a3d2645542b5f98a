/// A limited number of places for running lookups, shared fairly, and a limited queue of waiting lookups.
///
/// A lookup for which no name server responds keeps its place until it times out, and anyone can send mail with
/// signatures of a domain whose servers do not respond. So no client and no registered domain gets more than its share
/// of the places, and a free place goes to the lookup whose client, then whose domain, has the fewest places.
///
/// Confined to the event loop or the queue of its owner.
final class LookupQueue {
  /// The share of a client or a domain.
  fileprivate final class Share {
    let limit: Int
    var taken = 0
    var waiting = 0

    init(limit: Int) { self.limit = limit }

    var isFull: Bool { taken >= limit }
    var isUnused: Bool { taken == 0 && waiting == 0 }
  }

  /// The ticket with which one lookup waits for a place and holds it.
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

    /// True until the lookup may begin.
    var isWaiting: Bool { state == .new || state == .waiting }

    fileprivate var isEligible: Bool { !client.isFull && !domain.isFull }
    /// The sort key of eligible lookups: the one with the smallest value begins first.
    fileprivate var precedence: (Int, Int) { (client.taken, domain.taken) }
    /// The sort key for refusals: when too many lookups wait, the one with the largest value is refused.
    fileprivate var crowd: Int { client.waiting + domain.waiting }
  }

  /// The maximum number of running lookups, and also of waiting ones.
  let limit: Int
  /// The maximum number of places for one client: an eighth.
  let clientLimit: Int
  /// The maximum number of places for one registered domain: a sixteenth. It is lower than the limit for a client
  /// because a relay is one client but forwards mail from many domains.
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

  /// Returns a fraction of the places, but at least 8, or all if there are fewer.
  private static func part(_ divisor: Int, of limit: Int) -> Int { max(limit / divisor, min(limit, 8)) }

  /// Creates a ticket for a lookup of the key at `name`. It counts from ``enter(_:)`` to ``leave(_:)``.
  ///
  /// - Parameters:
  ///   - client: `nil` if the client is unknown. All such lookups together have no client limit.
  ///   - begin: Called once, when the lookup gets a place.
  ///   - refuse: Called instead if too many lookups wait.
  func ticket(
    _ name: String, _ client: KeyClient?, begin: @escaping () -> Void, refuse: @escaping () -> Void
  ) -> Ticket {
    let domain = Self.registeredDomain(name)
    return Ticket(client, share(client), domain, share(domain), begin: begin, refuse: refuse)
  }

  /// Begins the lookup if a place is free for it; otherwise queues it.
  func enter(_ ticket: Ticket) {
    guard ticket.state == .new else { return }
    if taken < limit, ticket.isEligible { return place(ticket) }
    ticket.state = .waiting
    ticket.client.waiting += 1
    ticket.domain.waiting += 1
    queue.append(ticket)
    if queue.count > limit { refuseOne() }
  }

  /// Adds another client that waits for the same answer. The lookup then counts for the client for which it begins
  /// sooner.
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

  /// Returns the place, or leaves the queue. ``admit(atMost:)`` gives the place to another lookup.
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

  /// Begins waiting lookups while places are free, in order of precedence.
  func admit(atMost count: Int) {
    admissions += count
    // A lookup that fails immediately returns its place, and calls this function, from inside the loop.
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

  /// Refuses the last lookup of the client and domain that have the most lookups waiting.
  private func refuseOne() {
    var worst = queue.endIndex - 1
    for index in queue.indices.reversed() where queue[index].crowd > queue[worst].crowd { worst = index }
    let ticket = queue[worst]
    leave(ticket)
    ticket.refuse()
  }
}

// MARK: - Clients and domains

extension LookupQueue {
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

  /// Returns the end of `name` that probably belongs to one owner: its last two labels, or three if the last two look
  /// like `co.uk`. A wrong guess only makes the share of a domain larger or smaller.
  static func registeredDomain(_ name: String) -> String {
    let labels = name.utf8.split(separator: UInt8(ascii: "."))
    guard labels.count > 2 else { return name }
    let isShort = labels[labels.count - 1].count == 2 && labels[labels.count - 2].count <= 3
    let start = labels[labels.count - (isShort ? 3 : 2)].startIndex
    return String(name[start...])
  }
}
