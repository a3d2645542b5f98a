import DKIMCore
import DKIMDNS

/// A key source that counts and times the answers of another one.
struct MeasuredKeySource: SharedKeySource {
  let source: any PublicKeySource
  let metrics: MilterMetrics

  func answer(_ query: KeyQuery) async -> KeyAnswer { await answer(query, for: nil) }

  func answer(_ query: KeyQuery, for client: KeyClient?) async -> KeyAnswer {
    let start = ContinuousClock.now
    let answer =
      if let shared = source as? any SharedKeySource { await shared.answer(query, for: client) } else {
        await source.answer(query)
      }
    let time = ContinuousClock.now - start
    metrics.update { values in
      values.lookups[Self.word(answer), default: 0] += 1
      values.lookupTimes.add(time)
    }
    return answer
  }

  private static func word(_ answer: KeyAnswer) -> String {
    switch answer {
    case .records: "records"
    case .noSuchName: "no_such_name"
    case .noData: "no_data"
    case .failure(.timeout): "timeout"
    case .failure(.serverFailure): "server_failure"
    case .failure(.refused): "refused"
    case .failure(.responseCode): "other_response_code"
    case .failure(.malformed): "malformed"
    case .failure(.aliasLoop): "alias_loop"
    case .failure(.bogus): "bogus"
    case .failure(.unavailable): "unavailable"
    }
  }
}
