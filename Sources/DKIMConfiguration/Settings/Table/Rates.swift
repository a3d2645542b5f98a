extension Setting {
  package static let rateLimits = SettingKey<DataSetText?>(
    "RateLimits",
    "Domains, each with the maximum number of messages with a valid signature of the domain that are accepted within "
      + "FlowDataTTL; further ones are deferred. The limit of a dot applies to mail without a valid signature.")
  package static let flowDataFactor = SettingKey<Int>(
    "FlowDataFactor", into: \.rates.factor,
    "Number by which the limits of RateLimits are divided, such as the number of hosts that share the mail.")
  package static let flowDataTTL = SettingKey<Int>(
    "FlowDataTTL", into: \.rates.seconds, "How long, in seconds, the messages for RateLimits are counted together.")

  /// Settings for limits per domain.
  static let rates: [any SettingRow] = [
    rateLimits, flowDataFactor, flowDataTTL,
    SettingDefinition(
      "FlowData", .dataSet, .accepted("the counters are kept in memory and begin again after a restart"),
      "Data set that stores the counters for RateLimits."),
  ]
}
