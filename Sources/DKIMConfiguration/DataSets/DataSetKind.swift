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
  /// The same over TLS
  case rediss
  case socket
  case repute
}

extension DataSetKind {
  /// The part of the program that brings the kind along; `nil` where it is always there, or in no build.
  var part: String? {
    switch self {
    case .db: "BerkeleyDB"
    case .dsn: "SQL"
    case .ldap, .ldaps, .ldapi: "LDAP"
    case .lua: "Lua"
    case .erlang: "Erlang"
    case .mdb: "LMDB"
    case .csl, .file, .refile, .memcache, .redis, .rediss, .socket, .repute: nil
    }
  }
}
