import Testing

@testable import DKIMDataSets

@Suite("LDAP names")
struct LDAPNameTests {
  private func error(_ text: String) -> LDAPURLError? {
    do throws(LDAPURLError) {
      _ = try LDAPName(text)
      return nil
    } catch {
      return error
    }
  }

  @Test
  func `every part of a URL`() throws {
    let name = try LDAPName(
      "ldap://ldap.example:1389/ou=a%20b,dc=x?mail,cn;lang-de,2.5.4.3?one?(mail=$d)?bindname=cn=m%2Cdc=x")
    #expect(name.servers == [LDAPName.Server(scheme: .ldap, address: .host("ldap.example", port: 1389))])
    #expect(name.base == LDAPTemplate("ou=a b,dc=x"))
    #expect(name.attributes == ["mail", "cn;lang-de", "2.5.4.3"])
    #expect(name.scope == .one)
    #expect(name.filter.template == LDAPTemplate("(mail=$d)"))
    #expect(name.bindName == "cn=m,dc=x")
    #expect(name.holdsKey)
  }

  @Test
  func `defaults are those of the standard: the base itself, any entry, no attributes`() throws {
    for text in ["ldap://h", "ldap://h/", "ldap://h/?", "ldap://h/????", "LDAP://h/???"] {
      let name = try LDAPName(text)
      #expect(name.base == LDAPTemplate("") && name.attributes == [] && name.scope == .base, "\(text)")
      #expect(name.filter.template == LDAPTemplate("(objectClass=*)") && name.bindName == nil, "\(text)")
      #expect(!name.holdsKey)
    }
  }

  @Test
  func `empty attributes are skipped; OpenDKIM's documentation has a comma after the last one`() throws {
    let documented = try LDAPName("ldap://h/ou=people,dc=x?DKIMDomain,DKIMSelector,DKIMKey,?sub?(DKIMSelector=$d)")
    #expect(documented.attributes == ["DKIMDomain", "DKIMSelector", "DKIMKey"] && documented.scope == .sub)
    #expect(try LDAPName("ldap://h/?,a,,b,,").attributes == ["a", "b"])
    #expect(try LDAPName("ldap://h/?,").attributes == [])
  }

  @Test
  func `servers: ports, IPv6 in brackets, an empty name, sockets`() throws {
    let expected: [(String, LDAPURL.Scheme, ServerAddress)] = [
      ("ldap://h", .ldap, .host("h", port: 389)), ("ldaps://h", .ldaps, .host("h", port: 636)),
      ("ldaps://h:1636/dc=x", .ldaps, .host("h", port: 1636)), ("ldap://[::1]:42", .ldap, .host("::1", port: 42)),
      ("ldap://[2001:DB8::1]/", .ldap, .host("2001:db8::1", port: 389)),
      ("ldap:///dc=x", .ldap, .host("localhost", port: 389)),
      ("ldap://:1389/dc=x", .ldap, .host("localhost", port: 1389)),
      ("ldapi://%2Fvar%2Frun%2Fldapi/dc=x", .ldapi, .unix("/var/run/ldapi")),
      ("ldapi:///dc=x", .ldapi, .unix("/run/slapd/ldapi")), ("ldapi://", .ldapi, .unix("/run/slapd/ldapi")),
    ]
    for (text, scheme, address) in expected {
      #expect(try LDAPName(text).servers == [LDAPName.Server(scheme: scheme, address: address)], "\(text)")
    }
    #expect(try LDAPName("ldap://[::1]:42").servers.first?.description == "ldap://[::1]:42")
  }

  @Test
  func `further URLs name further servers; their other parts are ignored`() throws {
    let name = try LDAPName(" ldap://a/dc=x?mail?sub?(mail=$d)  ldaps://b:1/dc=y?cn\tldapi://%2Fs/%zz?((( ")
    #expect(name.servers.map(\.description) == ["ldap://a:389", "ldaps://b:1", "ldapi:///s"])
    #expect(name.base == LDAPTemplate("dc=x") && name.attributes == ["mail"])
    let most = Array(repeating: "ldap://h", count: 16).joined(separator: " ")
    #expect(try LDAPName(most).servers.count == 16)
    #expect(error(most + " ldap://h") == .tooManyURLs(17))
  }

  @Test
  func `scopes, including OpenLDAP's words`() throws {
    let words: [(String, LDAPURL.Scope)] = [
      ("base", .base), ("", .base), ("ONE", .one), ("onelevel", .one), ("sub", .sub), ("subtree", .sub),
      ("children", .children), ("subordinate", .children),
    ]
    for (word, scope) in words { #expect(try LDAPName("ldap://h/dc=x??\(word)").scope == scope, "\(word)") }
    #expect(error("ldap://h/dc=x??all") == .scope("all"))
  }

  @Test
  func `extensions: bindname is read, unknown ones are ignored unless they are critical`() throws {
    #expect(try LDAPName("ldap://h/????!bindname=cn=m").bindName == "cn=m")
    #expect(try LDAPName("ldap://h/????x-foo=1,,BindName=cn=m%2Co=x,y").bindName == "cn=m,o=x")
    #expect(try LDAPName("ldap://h/????bindname").bindName == nil)
    #expect(error("ldap://h/????x=1,!x-foo=1") == .criticalExtension("x-foo"))
  }

  @Test
  func `errors describe invalid URLs, and do not show passwords`() {
    let expected: [(String, LDAPURLError)] = [
      ("", .empty), ("  ", .empty), ("ldap:", .noScheme("ldap:")), ("ldap:/h", .noScheme("ldap:/h")),
      ("http://h/", .noScheme("http://h/")), ("ldap://h/dc=x?a?one?(cn=a b)", .noScheme("b)")),
      ("ldap://h x:y@z", .noScheme("…")), ("ldap://u:p@h/dc=x", .user), ("ldap://h?x", .noSlash),
      ("ldap://h/dc=x?a?b?c?d?e", .tooManyParts), ("ldap://h/dc=%x", .percent(.dn)), ("ldap://h/%", .percent(.dn)),
      ("ldap://h/?%4", .percent(.attributes)), ("ldap://h/%FF", .notUTF8(.dn)),
      ("ldap://h/%00", .controlCharacter(.dn)),
      ("ldap://h/???(cn=%0a)", .controlCharacter(.filter)),
      ("ldap://h/?a%20b", .attribute("a b")), ("ldap://h/?$d", .attribute("$d")),
      ("ldap://h/?" + (0...64).map { "a\($0)" }.joined(separator: ","), .tooManyAttributes(65)),
      ("ldap://h/" + String(repeating: "x", count: 8192), .tooLong(8201)),
      ("ldap://h/???(cn=$d", .filter(.unclosed)),
    ]
    for (text, problem) in expected {
      #expect(error(text) == problem, "\(text.prefix(80))")
      #expect(!problem.found.isEmpty && !problem.expected.isEmpty)
    }
    for text in [
      "ldap://h:0/", "ldap://h:70000/", "ldap://h:x/", "ldap://[::1/", "ldap://[x]/", "ldap://::1/", "ldap://a%20b/",
    ] {
      guard case .server = error(text) else {
        Issue.record("\(text): \(String(describing: error(text)))")
        continue
      }
    }
    guard case .server = error("ldapi://%2F" + String(repeating: "x", count: 107)) else {
      Issue.record("a socket path that is too long")
      return
    }
  }
}

@Suite("Placeholders in names and filters")
struct LDAPTemplateTests {
  @Test
  func `the variables $d and $D, and other text after a dollar sign`() {
    let expected: [(String, [LDAPTemplate.Piece])] = [
      ("", []), ("$d", [.key]), ("$D", [.domain]), ("a$d,$D.", [.text("a"), .key, .text(","), .domain, .text(".")]),
      ("$$", [.text("$$")]), ("$$d", [.text("$$d")]), ("$$$d", [.text("$$"), .key]), ("$x$", [.text("$x$")]),
      ("$", [.text("$")]), ("$x$d", [.text("$x"), .key]), ("ü$dü", [.text("ü"), .key, .text("ü")]),
    ]
    for (text, pieces) in expected { #expect(LDAPTemplate(text).pieces == pieces, "\(text)") }
    #expect(!LDAPTemplate("$$d").holdsKey && LDAPTemplate("$D").holdsKey)
  }

  @Test
  func `a key is escaped according to its location`() {
    let key = "a*(b)\\,+\"<>;=#\u{0}ü é"
    #expect(LDAPTemplate("(cn=$d)").text(for: key, in: .filter) == "(cn=a\\2a\\28b\\29\\5c,+\"<>;=#\\00ü é)")
    #expect(
      LDAPTemplate("cn=$d,o=x").text(for: key, in: .dn)
        == "cn=a*(b)\\5c\\2c\\2b\\22\\3c\\3e\\3b\\3d\\23\\00ü\\20é,o=x")
  }

  @Test
  func `a key as a domain`() {
    let template = LDAPTemplate("$D,o=x")
    #expect(template.text(for: "mail.example.com", in: .dn) == "dc=mail,dc=example,dc=com,o=x")
    #expect(template.text(for: "a,b.c", in: .dn) == "dc=a\\2cb,dc=c,o=x")
    #expect(template.text(for: ".a", in: .dn) == "dc=,dc=a,o=x")
    #expect(LDAPTemplate("(entryDN=$D)").text(for: "a,b*.c", in: .filter) == "(entryDN=dc=a\\5c2cb\\2a,dc=c)")
  }
}

@Suite("Filters")
struct LDAPFilterTests {
  @Test
  func `valid filters`() throws {
    let filters = [
      "(cn=$d)", "(cn=*)", "(cn=a*$d*)", "(&(cn=$d)(!(x=1)))", "(|(a=$d)(b=$D))", "(&)", "(cn>=$d)", "(cn<=$d)",
      "(cn~=$d)",
      "(cn:dn:2.5.13.2:=$d)", "(:caseExactMatch:=$d)", "(cn;lang-de=$d)", "(cn=)", "(cn=a=b)", "(cn=\\28\\5C\\00)",
      "(& (a=1) (b=2))", "(cn=ü)", "(1.2.3=$d)",
    ]
    for filter in filters { #expect(try LDAPFilter(filter).template == LDAPTemplate(filter), "\(filter)") }
    #expect(try LDAPFilter("cn=$d").template == LDAPTemplate("(cn=$d)"))
  }

  @Test
  func `invalid filters`() {
    let filters: [(String, LDAPFilterError)] = [
      ("(", .unclosed), ("(cn=x", .unclosed), ("(&(cn=x)", .unclosed), ("(cn=x))", .trailing),
      ("(cn=x)(cn=y)", .trailing),
      ("()", .noAttribute("")), ("(cn)", .noAttribute("cn")), ("(=x)", .noAttribute("=x")),
      ("(c n=x)", .noAttribute("c n=x")),
      ("(é=x)", .noAttribute("é=x")), ("($d=x)", .keyAsAttribute), ("(a$D=x)", .keyAsAttribute),
      ("(cn=a(b)", .parenthesis),
      ("(cn=\\2)", .backslash), ("(cn=\\zz)", .backslash), ("(cn=x\\)", .backslash), ("(!)", .negation),
      ("(!(a=1)(b=2))", .parenthesis), ("(&x)", .parenthesis),
      (String(repeating: "(!", count: 33) + "(a=1)" + String(repeating: ")", count: 33), .tooDeep),
      ("(&" + String(repeating: "(a=1)", count: 257) + ")", .tooManyItems),
    ]
    for (filter, problem) in filters {
      #expect(throws: problem, "\(filter.prefix(40))") { _ = try LDAPFilter(filter) }
      #expect(!problem.found.isEmpty && !problem.expected.isEmpty)
    }
  }

  @Test
  func `all entries can be listed if exactly one required condition compares an attribute with the key`() throws {
    let all: [(String, String, String)] = [
      ("(cn=$d)", "(cn=*)", "cn"), ("(&(objectClass=x)(mail=$d))", "(&(objectClass=x)(mail=*))", "mail"),
      ("(&(&(mail=$d))(!(a=$$)))", "(&(&(mail=*))(!(a=$$)))", "mail"),
    ]
    for (filter, any, attribute) in all {
      let read = try LDAPFilter(filter)
      #expect(read.anyKey == any && read.keyAttribute == attribute, "\(filter)")
    }
    for filter in [
      "(cn=$d*)", "(cn=$D)", "(|(cn=$d)(a=1))", "(!(cn=$d))", "(&(cn=$d)(mail=$d))", "(cn>=$d)", "(cn:dn:=$d)", "(a=1)",
    ] {
      #expect(try LDAPFilter(filter).keyAttribute == nil, "\(filter)")
    }
    #expect(try LDAPName("ldap://h/o=x??sub?(cn=$d)").walk?.filter == "(cn=*)")
    #expect(try LDAPName("ldap://h/o=$d??sub?(cn=$d)").walk == nil)
  }

  @Test
  func `no key changes the structure of the filter`() throws {
    let signs = ["a", "*", "(", ")", "\\", "&", "|", "!", "=", "\u{0}", "ü", "$d", "$D", " ", "2a"]
    let filter = try LDAPFilter("(&(a=$d)(|(b=x$d*)(!(c=$D))))")
    for first in signs {
      for second in signs {
        for third in signs {
          let text = filter.template.text(for: first + second + third, in: .filter)
          #expect(text.utf8.count { $0 == UInt8(ascii: "(") } == 6 && text.utf8.count { $0 == UInt8(ascii: "*") } == 1)
          #expect(throws: Never.self) { _ = try LDAPFilter(text) }
        }
      }
    }
  }
}
