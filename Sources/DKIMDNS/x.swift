import DKIMCore
