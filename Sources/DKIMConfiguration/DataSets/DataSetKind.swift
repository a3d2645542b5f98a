/// The kind of a data set: the word before the first colon of its specification.
package enum DataSetKind: String, Sendable, Hashable, CaseIterable {
  /// Comma-separated list: the entries are in the specification itself.
  case csl
  /// A text file with a key and its value on each line.
  case file
  /// A text file with a pattern and its value on each line.
  case refile
  /// Berkeley DB
  case db
  /// SQL
  case dsn
  case ldap, ldaps, ldapi
  /// A Lua script
  case lua
  /// memcached
  case memcache
  /// A function on an Erlang node
  case erlang
  /// LMDB
  case mdb
  case redis
  /// Redis over TLS
  case rediss
  /// Not supported by any build
  case socket, repute
}

extension DataSetKind {
  /// The optional part (package trait) that adds the kind; `nil` for kinds that are in every build, or in none.
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

  /// True if a specification of this kind may contain a login, which errors must not show.
  ///
  /// The switch has no default, so that a new kind cannot be forgotten here.
  var mayHaveLogin: Bool {
    switch self {
    case .dsn, .redis, .rediss: true
    case .csl, .file, .refile, .db, .ldap, .ldaps, .ldapi, .lua, .memcache, .erlang, .mdb, .socket, .repute: false
    }
  }
}
