/// What the program says of itself.
public enum MilterProduct {
  public static let name = "dkim-milter"
  public static let version = "0.1.0"
  /// Read where no other file is named.
  public static let standardConfiguration = "/etc/opendkim.conf"
}
