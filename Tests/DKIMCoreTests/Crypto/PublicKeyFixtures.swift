import Testing

/// Public keys of unusual sizes in the format of `p=`, each with a signature over the SHA-256 digest of "forgery".
struct PublicKeyFixture: Sendable, CustomTestStringConvertible {
  let name: String
  let bits: Int
  let exponent: UInt64
  let key: String
  let signature: String

  var testDescription: String { name }

  static let exponent3 = PublicKeyFixture(
    name: "exponent3", bits: 2048, exponent: 3,
    key: """
      MIIBIDANBgkqhkiG9w0BAQEFAAOCAQ0AMIIBCAKCAQEAuMVZ/hvMO6c73OG/g/W2LjhpB9/HHt9UMHNhPWND55tJU5K3s+L5XjQY
      FoZaD6zxzKkj5ZrEuygbb/uzlOAt/3+kjgP9K++BRApUp1qLEmlqWm3Qdt0fdKZ12RsviORmqVv05P3My7d+wL5L1dIuOls4wQvv
      ZjY2GbTRqwzpHXAaUfONp3vT0g4XlfHavvj0Qejp2KQcL50qNacmV7VHYzsyVXw/pwaWPDEJP0t6Rb6bpDCv7xE/uVLZC63YJKw7
      9ozPJF78sB56QShBFhZJYxqL3DNlTbvoRSzH+F17lB3Y2PrScZIKLcXLpPR3IsiYVJUO/YekQfZGSHjHwbVaXwIBAw==
      """,
    signature: """
      QO3c0pDMuEFGfMu6ntitIwVEV8cHe76aH9jNPMZCYL2IQKvuG9oOqxgcjWzPEegeI/lVtREL4WdyFOHnH5oIrtpfFUzZlGVPcvem
      8AmevKJQMDLfHnyDuovcn5ont5KFgLOmNVdMlNKIY9lI0BNvClnuWnjbZPsHK0IQC/ABM5IOLhHx6Ev4ULyieMUPc8UOvJKC8Vsc
      BnN1fSi+DrgjXvu6KYKCg5eiUvsHnT4kYjWJdnim+H24+GLLgK0RwS9VNIkFpvoyL2+o5pjR2M6yRApbAlhkE01pLzKVLRF8bteP
      wY/IdWG16Ir9T4p84pr7S+EHmb4i4WW5OJGlYRum9w==
      """)

  static let bits1023 = PublicKeyFixture(
    name: "bits1023", bits: 1023, exponent: 65537,
    key: """
      MIGeMA0GCSqGSIb3DQEBAQUAA4GMADCBiAKBgFHJxrg7s1DiUlYcXcPvnCaPyaGtIqFCM5h0JgAzllL4PBYoEPEzb4le4jme0t7d
      AQ/e4J02lKhSkSImtomufWizRAgS8vLZ4771VkLHiTBAcLi42AYOodWYpZrgpSA0sDvPAw4X0+/9rnHAu5es8CrVSW2gJojLRmNW
      6Q3YwN+vAgMBAAE=
      """,
    signature: """
      OBnroo4dc5yd+iV9GxEw57dePGUFCRSBRGDEW04SLQ9iiYia73ab5ZIS0I+oi44psvtXfdTWYCcxM7rXJWeXJbAik1TFsvNAx2Do
      Zses0OVpqMdphSnnsWrt5x4XFT7ks7j85KKFnJfVDWQFVgW9YQtbYOv7fWAyhvQGZmMDDeE=
      """)

  static let bits4096 = PublicKeyFixture(
    name: "bits4096", bits: 4096, exponent: 65537,
    key: """
      MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAsI7DEjsrtrp3rOKcD74NqY+9dOfCW4+3u23D/8LoBl3dcMXzcWUkbOfw
      ZBtSNz14NY8EL8nzpDznv9//AdGFHUxrC3775yHSXTV7gekjtx+b3zBtknldQ/KGUiIn/8iB/MFJvsGvHSmj9qz/tu/mQf2nblUQ
      meub+axCKhxWKxFa8NHJys4Ib7TaTHLM+sH3N7yHu4PffSrSeDds4fxsM8h7lM908PONKP+fwUrWFqQGnOgkgL32Rp8VGcyDxsdI
      o2Y+5FPD9IWShRktcS2WlwQpdE5gQS8oZOtFdndKyt5fhIJCMjZuY6IeVhysWQyRaTRXtBrvyFT5h2p2/NzF5voLMlhRYuab/sb/
      A/C3sjCf557sLo5rfRk543g2GYPHzYWLDs1J+GKrh9n3HY1CzA34yGWFI42YYXhShSOKtJO6+CrbsoeczmTB6NsE/7baNUtrrdDU
      nPeLV94WKocOXS0m5SGoVdSUZviKL6gcm9chwe5vvzetd7H6NhpDENVHp6ER0MO8nTltR6JB9r4FJn2TyVwxswqu7aEc/8HRDkbB
      30vovSApjWlJpsHVziVuHi1BTg6azrnH+fFV1qEwPHZGQ5q325uWteN+Ze6mPr1mPiAw1L8qw59+eEqyFFKslmS7Vjx1L9Rsfs74
      ibAUB3aAmDUNKoFCxu0n0ORQsvkCAwEAAQ==
      """,
    signature: """
      qUhSNLtRudhetebSZTfJN8n7ikgqsFvr8OyyZ0M0OMM1TjTbBwd0ZEKs59OebCcx36VykVdPsa1/+FMpy6Ri1UB0kjtQEJjLIe9e
      BVsnFdqx8j0wRuAw+g/uh8tK23cMYpPhT7YE3986uli7doPyQzCgIDOhbXBfZNgH1bRUr/9yVSQ3a1zDDdVaXFHEfph78gdDNZDF
      gH60P/QFKEmqdjj/XpoLv3sJigJ26iZRNFwE6S7KMyvG/9gPPJ4tFbUUu8eC+oq5XefRDAXMQ26oXPZc0O+atHmukBzC7WZDzs/t
      cS8dWkPX4RPcvGvA/EAMIhKui6KF0DhzTij9u76DB87s/hp4TLJNyrp6AjdCxv5jKfMLSjjKSPZ51Lk85CRwY6M9hBvJr8whcZ/P
      IJrMFq0Hfua6UJoWZGIXr4FO0mBaoxgHap44oyvBmHXC5T4zV9XscDk3rDZPi49177vtDGbrXqjJLEpt90vThP8Bp2vcIIZjwp+2
      2w65G8o1A1HNZ8uKxHPwpUz9JG07AcHfW9+yekIeAv1OZpi4mEO7/dqtJRx/tm9nPih+aL4sYfbPqfOCG/KldKJ6zGQnuXSwVYFf
      romX+y+QAK4Ayivpt63evRH+zsg6JMTaV3dvVtVv3zuCi29DDkxZzBbI/Esjn/xMw3Xdv4LKj81Bs3LbZGM=
      """)

  static let bits8192 = PublicKeyFixture(
    name: "bits8192", bits: 8192, exponent: 65537,
    key: """
      MIIEIjANBgkqhkiG9w0BAQEFAAOCBA8AMIIECgKCBAEAtnFZfNSnVEWaoPGShCkdAinAiiMIR7xpDl4D8kNZWb6dpg5XuEnttCK5
      G+RnecjTqK7s5YmGUXe0Q632q0VQkpBgX1ySbWsT/pTeNWYSQronweRv3MmwttLGaZT+rG34yd9u7L4azKjWIlKiDAnylxf5BawD
      bRuRyto55efDS+neUpWvXoabAPlZkNmqckLnvcFB8GzldoziT5Oqo221alMTJqpyZ57U1gWvin9dSObuXkUmvdhj3+/weZhhjbDt
      N3f7vwFjym3fIELgRvLPJAlIH9Kp8Fp/36ZQLWNKlMYn4Bz8I6BGtio5QC5GTb7rU9LBzSnfWM5lwt4QNxlFw4RIWCixCyfQBvsD
      cas5CNmTOVBKNe1WVFDhVDHAQFnFrMudrCMvMO4pUkj+zZ1Qy3/wb4zYsPG5DcPnbIOp1QVFwWP1lI/uak3wploQZcxtSSjOgPLL
      LJPW6KjCkZRWQN3veEzuaB40JWeRYUHnsOlnxSaNUH2iA0Q5Ok8G/zgt97E3MQ9ojFdFBtYrRN0MMJhv6MX57ABU7VpbHFM3UJbT
      6+qMIj60f8BurEX5pX4KtuNEzIOfBmAsNYmSn5sM9Q2ZE0Soq67W4vb3BsyTcDAcGJj7Sk9AUFBc/H0gSBiFXfn1jihF1cW/mXQQ
      Ci25+ovDI3S9xgdgeD1+LWxPsWv8HBLclBGCy42qnQzeGX59Y+3aFFQisHrRNb0ND2APvheD+ZKG5oDmTG5jaU7hNRmjwU+q4+ft
      Q69gsUg4J3zSSeqMDlD3ihnJisGDhFlFM5A43731fUJ0+ZserD0oHB/GIkJTBUdsEgGZkj5sWEOoa6BRcmpRJV2cyrctCgDTRh6A
      eypf16AnszVtkiHW601yeirnjXif0blyApS88fy3zw+Ij801aUXYGk3RQimnwyE8Xrh7T0yjt9Ykd+gDbOvfX3BgxjcEmoW2uup5
      yUEBvTwXUT2+QYieht2RK4olSCK2vV3/9gCUWZFk3cWzoqJrMlGwsDX07ftrmO2gkWIDd5WffozzSjy1pgf+MKtLYdgf8WVHMcTY
      Uw/iFUxV0dIVeeDUegUqr4eWR/kQh7zZp0iktIYuKbWYyhiBlEHxWK6X+SNsn0RUxrVVBhBv0Dy/E9SMao2KFpkIVW1JlvvfT/7+
      QSRj3fUmndYVIZA8KgR9fE2cMtAG37xT7MctH+vJ/bHb/esfwPOGMhKgpO0AMIPP6mLoDcLne9C16DZbjDfxw4oJlxEbjiLXeyMl
      tAE7pLy0kcm2QydbQ6krXnnzPspVAMQG8j5X4E0iXl9LeIAVvri1WFLI/SVkM5L/gUNyYkw9UpqufTmHzRJmf1aGI6XYZNVSlt/6
      qzaoSO7V4wIDAQAB
      """,
    signature: """
      c108J32Efg2d18J9/rSesP7gh7wRaDB6nMMXS6JMLM4zI5ijklIiH17rNPUqnc0p184ocN6GXyKHbcjcl07uZvYO8zD1VSY6XXUj
      h/vbagi1EwSUcbS7KjC6RMFM4RR9qRra5YdAZYizqKMHgY2Zh/y2YdVHtuOFAlrQIc3O/F+51DUXuGenGPxO+4n9h57jo0jaosxR
      bPXu/mTP3HuXtJJDeyYV4bUQHe77v0n23xiinv5oULC9HGSqLd9BCtdMM4hS5c2YY5l8OSs6jFSaXCBDCx4/RHscWJ66Vg+M/YDy
      9UhyO2Q9yyD0jLtNbDYAXYlxJxr9LXEVpozGLkxRzVrpGrIwOfWU/FReErJyk0tiw1Pm2aFDCdxxLOfUm2i9Ssf2QPQsmG46ZMel
      Qf5ASu0ugKPXScG9biGsQ8+JyxRu4vhmeK72dJcz1Vm0BD2HukmyK2Ct8l6yc5cpj6Luj0hpZxHTiVwfLnCX6h3pprbzlddG5oZM
      +YxrQ4OoyGHGolRJ4p80nbAREU/+CSNEiXtR55AU2UFT+2L+CK+Nf6VWoRWH7V83EwCvUThgSAWIQA9pzmxbb/mQSFQWr0zuj7VZ
      YmIk0oKMwkp3PCcq78ALk5aqpvO+Y/OIAJm6PuTy+ecWD7OhSHKgwKQHXveDTVDGhVla5Z5ebMtW9qvH18VS/W/pPl4Pl8lfhE/a
      vSPf9ux523DO7fpqxqqC8deDWb5jDajlayr/n6TwcD1JfYPNrvtzZgrJgio7yXZsvt5yPI4Z68y2Qiahjt0nMPRP7kgPgwtsAYQt
      rX8pcnW3+K6hI35sH6Kv+rmLGj2GmoX4vA141Y0BvLQsC6uF+Dj3O4ICyL0T6hK5SRDc3sS7tIpFXccbFgwugG4Ziupkz8kNRp/e
      RnCRsGiX5a94eLP3qSdrZar6jEilHdjBOgb9/q0WAYboSqwkLTwQPGBKWvbOBB4Wiy10dEAlxj21BK1myHGSAcK4prpYNneECCgS
      hYTFdZIB8Dx8mJNoryvPxFtuL7qzMmjG1H7t1SsFBDgBaDY6oWv5llYJ2Eu+uV+VtmRWXIrllhWujNwg+4iwRg/s5qns4KNNsA1g
      gpXyODe7D7/EfL5gJ/XC4EaWRhu8sXZczo526chjFN/UQdAoxH2TkPa8wDcIpZq3DXzVg73IYnL6QYmjm4bRLDX8PIyBPrRvcaZS
      avwwKTtQonvMUKt5WEjbqnfvx4Yi7C9MEzZ7BGU6heEbtn5xVTmYcdII6s83ZKIu/3piOpC8o05c1y7UoauVmGGhwNM5wajn7MMI
      CIhtxVRLfeW0g4tM2PN6bnBoceN1fgIk8XfAH05m52UjmU4MOucF64lnEHjc79dE4g==
      """)

  static let all = [exponent3, bits1023, bits4096, bits8192]
}
