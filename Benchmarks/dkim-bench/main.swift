import DKIMCore

// Measures only the library: `dkim-bench sign|verify|emit MESSAGE HC/BC rsa|ed SECONDS`.

guard let work = Workload(CommandLine.arguments) else {
  fail("usage: dkim-bench sign|verify|emit MESSAGE r|s/r|s rsa|ed SECONDS")
}
do {
  let bench = try Bench(work)
  switch work.mode {
  case .emit: try writeOut(try bench.signed())
  case .sign, .verify: print(try measure(work) { try bench.once() })
  }
} catch {
  fail("\(error)")
}
