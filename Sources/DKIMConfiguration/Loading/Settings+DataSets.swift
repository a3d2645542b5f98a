extension Settings {
  /// The options for opening data sets, from `BaseDirectory`, `SoftStart`, `DataSet…` and `LDAP…`.
  package var dataSetOptions: DataSetOptions {
    var configuration = Configuration.standard
    store(in: &configuration)
    var options = configuration.dataSets
    options.baseDirectory = self[Setting.baseDirectory]
    options.caFile = path(Setting.dataSetCAFile)
    return options
  }

  /// The path in a setting; a relative path starts at `BaseDirectory`.
  package func path(_ setting: SettingKey<String?>) -> String? {
    self[setting].map { RelativePath.resolved($0, base: self[Setting.baseDirectory]) }
  }
}
