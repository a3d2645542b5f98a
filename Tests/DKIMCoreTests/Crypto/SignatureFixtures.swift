/// Signatures in base64. Unless noted otherwise, they are made with the RSA key of RFC 8463 §A.1 over the SHA-256
/// digest of "forgery". They were made with the private exponent alone, so the padding can be anything.
enum SignatureFixtures {
  /// According to RFC 8017 §8.2.1.
  static let genuine = """
    4mJv5zw60Vy7PyDWY8oE1V3we+rMtYqluo/J9vVUvIIOXduSVsiMkXHjV6iHGR/f7YiYZkkdICMxBsqmSjfwyu6+ZlyFGA4z82vp
    ZzBD/9uHEb0ez1GJSGRZeSvGOtH9r38m5DNJDLTXpZAlOsT7/YozEMNdcibJ11b39o1ewEs=
    """

  static let forgeries: [(what: String, signature: String)] = [
    (
      "digest without DigestInfo",
      """
      kOrKI5iK68aNP6pu5vQ9huiLp0Iu8G59uMfe8G+sVUyMVMEN5M58q+4pF5kVB1ALm24aSUO0GywMcsDYg6T1szJklWBCjmRalme4
      ahH/SU5rBd9hzGw2kaPToveho2S4gYZqRLa8taxkATmuzuPSUy4BYnKjpsWrwgMuYolNPkQ=
      """
    ),
    (
      "digest without padding",
      """
      Yl4lw66PPf41I/Iw5RQ0PihpVFqmbCcsm484+XHj0MM0cBHe1HvSdf4t7RBkuCtKiwumD6p5bK+68e3uspLpOVhbe6VYfIm3xy4g
      UsNmVyCJHAHebkuLAP4lksea9hqbV1V8ZPwH+5jKkWA4tL8gwpkzah5i1o2+m0waihX9/xw=
      """
    ),
    (
      "short padding, rubbish at the end",
      """
      w8DyWVBn354NiFaGQ2ObTsLmCLMH4c2yay2HZLrTlsTydgUjAQ45+TCtzB2RlpfeUkRWCi7IUs7ohrFhyXFuVUCDAKvkzXAWW0CB
      8rNDVKUGHyUMEXKNW+jFjBV6IPIR0oDcUmaSeS2ArWnm78Y+211kqANOAPrzt7ZAxSPlylQ=
      """
    ),
    (
      "rubbish inside DigestInfo",
      """
      g1C3GTZmXU+Afjf0BMoKxXFpclP/xMajp9IgoNL6RkSqrF/fKx3LMjkB7glju5LOU03rRNK1/8SVeD54C164eHSlr61cQ24RlAqK
      HsdTQzQTNP0ddpGx+KphPq0sZuzxbC7eB447dzoNEx+bAfvIOy/I+YjMvsCadePx0HJ+rm4=
      """
    ),
    (
      "padding of zeroes",
      """
      Eh+0yHOyH5SXtpOwpnUEKe3HhHDdEmjAn9lyGC6rua36skEQEQITIohD5qQK5YXsFIWrKY0UoNxsjFNp1cvQ5xNVekqEfp7KdvhQ
      oknlPDeHFobeU4ScZP4cBBhFMqS+D5sd/PxuNOOln+tTrMaabj3FtuVTdA14HGxPthe+SPE=
      """
    ),
    (
      "padding with one other octet",
      """
      ZWFeI9GP3X2a9eNRHS+T/pXFDtceQ1DHY1G6qJvcwf5OcsiNyU1+n3Q0hrYMq4p73zCgGs7J4B8SWs/xz973+RPy40chzGjOc+1z
      /pG54MffoEaD2GNai7ZOZstz7JcD/ohZL7UTvjyXKyrFwEmVVY4h1jeLFoyLrzPku12uk1I=
      """
    ),
    (
      "block type 2",
      """
      EzD9AwzsZZGiJLAKVSsM38vKRRE3SeUUD1U1/y3NEW7/77p46GIQoEWROyqIUgLL7VsWzONPh3Lm/VJ1hWDz5YbA0+ajKvXwa6La
      tJ1b5guZxgxBMgOdngeINTEha2EOb7s72QsvS05V2kbDybpCFb57blSZQXGSnpLjIP23FS0=
      """
    ),
    (
      "block type 0",
      """
      o9w6GdQrHp5iYiw6FiIPQPtw65G66Pv3VzSO8HRPFlPih2hd2aUYu9o+cGtt0N9fOQXqCS4q6ncVMVQ0jO15iR19+aQsMKkxJCxp
      US/U/PutEVhq3pQiSjSVdWmpJEpo3g436rAN7itw/mSs2TJAClrh/JiUTZT+bNfnnynAkeA=
      """
    ),
    (
      "first octet not zero",
      """
      mfJXXoLJqXNNx24wrvQLiDM66WFuA4TQX1kmkLfieUXLXvfUiqLoN0ElXX8pzG22GxU3lDH0ipvuYAaO1b7y+qkw0zbvsofEG8sO
      13NBReTv0ob2TJNuGzDeuVPxN3QxhZ9TIlQbbrEaQTbTzuVVum1Twy0Shfobw4hkRweGsDs=
      """
    ),
    (
      "DigestInfo without NULL",
      """
      siBhfDdufTK51+6cE2B9elV0oalk5RT3VGL2E91tVbiLch4yhMlj0EGXq8LreFc5uswFCcvn1eL/ArSxYtGshaLZG2haus30aPKH
      AR8Z6Zl0Nl3wB1tqjyg7z3909OY5QIHJ741LCcUfItxymqPhxSj83hBd3s4Lvzj9QXNHBXw=
      """
    ),
    (
      "DigestInfo of SHA-1",
      """
      RN17rK9Pu0CdkpOWaOkKvkaChH9pB0WdTuh0OQSsjIYUezlKv6g94p9z+mhkXWt75Xbwma7GI+WcYOwpul3RzgAKrTQDj+UuO3tS
      kNjvCxAgbmPgeT7qMyItrvCU09BeqHSX+3k8mIclG5Q96g8RFeUdptL6O5ZX856ipQN8lXM=
      """
    ),
    (
      "DigestInfo of SHA-1 around SHA-256",
      """
      jHBRMlxAp91pSpXGNzs18F6MkuxFnNw1zJewyX+cv7gptEgyupz7zDEQn5T4Z5upSkU8lxSmmz+BDLZV69D3H8o9gRcrez1eGFdH
      t/jb57vh0moug7nw1Nkp7ouYcm49TfT5SU5HNLchRF2f0Iu4JsR6NQpOPfwezeSondIsXeA=
      """
    ),
    (
      "DigestInfo with a long length",
      """
      kI89A288jJ2Po8LQa61naB5c3NKxdfMu/5k5brK3BcYgEE4jUUwXw7wLatuGW+lKqpcagEqgX4r/Cte5G2wMZm9RxZvjWWy1y/Xz
      nV4HEalNdNr6twer/PW4m9m4KHcjyX7dBpefI4WNQ/NhBLsQk4Z2tzqFg6ZjLQ99Ti1RuEw=
      """
    ),
    (
      "digest of something else",
      """
      hKXYP2P4PDaAm5loXJtrXEstgBBl2xtklTySliQrWjAbp9dNjKsPRd7NMy3k6Doyd1MRbja93E3PGtAbwVI08CK466/+JcYoUIlP
      Zi4QO5kFS4OYe1e3kuwseWARFwnVeMcS/qQJ5VMizpqi1LQn7LerR4jexsSkIT2Me2o0uvU=
      """
    ),
    (
      "PSS",
      """
      Vyeh1Ms9GsFskDAnxFyNnK+qGZE5nE6Td1ck0BLR5pwK7sNF8qrFf0HoUDUII6rWEqBWeqnnPReYxgHOI+u9JW8EDR+DF7aQ4aif
      d2eXnf+ATj5J8YECqSEptWAMRVGUMTbTUxQStD/+PKkYyAX8H/E6qAradggwaJ5BTCExnsg=
      """
    ),
  ]

  /// Over "sum 6": small enough that the modulus can be added.
  static let overSum = """
    DNuYj5zii05bGX+GlV92fSMQdD9LVbdGbxxuNwO4qNPV7VJwM3D1AV/0oqkSDHpM6RUo3+Fg0U+lldtQYjKjU4g3p3LhGl6CxLhS
    JdB0+xDZkLhCrkqMAMnJNdGfLlk+EmO8q/767GKjtqv0Hovnv4G8gWYWYKiCL2Y9gCdI7uA=
    """

  /// The same number plus the modulus.
  static let overSumPlusModulus = """
    8PnsIDz3fqdzoDMcD5YKdKzmrpmYkiLhEJGM589Phgx8498kVdTnd0iKxXod/ngJgeFMO77QRxsXBI9Q5bHfZIRIZu7gSGVDVrN/
    Gv+N+U2YNdc9OnU/OHY3V4R0J5t52Z+Qn6IRXrgmqbHn1J3IdqRaSGF/jHFm9499JiP3H70=
    """

  /// Over "zero 119": begins with a zero byte.
  static let overZero = """
    ADc80g4D1oJqWVsZWNg84icp/IEELIK/mXnFlz7NQdZjFPLngsD7Bmk9J/9tTQ6MSoQP+JysDd+ApFnR5JQ+7I8EQIiy0M9rcknK
    FuJkmCYifaTk36fsx0vstkIwl+azGKG4g4jIx2ibyqPKd+yrki04J6KS2bz6ut45oy90azI=
    """

  /// With the key ``exponent3``: a cube that begins like a padded digest.
  static let cubeRoot = """
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAMsv9SnrceQVYPXZ1IPUWQHWRdtN4JvLvY649x6eDPxA29yjjX+4T2p9e3I8kp6yr5C6/m31P
    hFjRLrm3KhmTJT6g5IJdaijQMvPEOG1Reg2XlQAd8Q==
    """
}
