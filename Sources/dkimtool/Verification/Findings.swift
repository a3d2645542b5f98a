extension MessageExamination {
  func findings() -> [[String]] { results.map { _ in [] } }
}
