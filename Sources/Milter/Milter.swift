/// The milter wire protocol.
enum Placeholder {}
