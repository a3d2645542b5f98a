import DKIMCore
import Testing

/// Key records in the format of DomainKeys, which are key records of DKIM, too. // RFC 6376 §C.1, §C.2
@Suite struct DomainKeysRecordTests {
  @Test(arguments: ["k=rsa;", "g=; k=rsa;", "g=bob; k=rsa; n=a note;", "k=rsa; t=y;", ""])
  func `records without a version, and with the tags of DomainKeys, are valid`(tags: String) throws {
    let key = try SigningKey.generate(.rsa, bits: 1024)
    let text = try PublishableKeyRecord(key).text
    let data = try #require(text.split(separator: "p=").last)
    let record = try KeyRecord(Array("\(tags) p=\(data)".utf8))
    #expect(record.keyBits == 1024)
    #expect(record.isTesting == tags.contains("t=y"))
  }
}
