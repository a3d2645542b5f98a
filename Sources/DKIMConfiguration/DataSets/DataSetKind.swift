/// The kinds of data sets, by the word before the first colon of a specification.
public enum DataSetKind: String, Sendable, Hashable, CaseIterable {
  /// Entries in the specification itself, separated by commas.
  case csl
  /// A text file, a key and its value on each line.
  case file
  /// The same with patterns for keys.
  case refile
  /// Berkeley DB
  case db
  /// SQL
  case dsn
  case ldap, ldaps, ldapi
  case lua
  case memcache
  case erlang
  /// LMDB
  case mdb
  case redis
  case socket
  case repute
}
