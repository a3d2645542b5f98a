/// The public keys for the signatures of the test vectors (`Tests/Vectors/keys`).
enum FuzzKeys {
  static let rsa =
    "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAttQLl8fd025QYXlqiaEs6pisjK3a5VedvnvFxIDaVo70rOdS"
    + "Ak99AhRv3BJdAMyI2Lg493c/qH+KOykIqMqEfhhFwWD8q5af++WogQsXCnWLT7fBb3Y9YNdYR6oG6QztpY2ygkBzpA2y0wIDrwPrIJTjoG+U"
    + "Rq/+4V2dPni0RU9QYZWQvJMYKdh6v1tEaoiCtE8HerFF5wOGL+aISfptXRT1LGgELxMPhyW0HlUGcjzKM/WUYapfAydUpP5Z7/zNXojvENEB"
    + "cBu32Ajhp0h0VlendOgoXpu+oAYKUd3vrL1fa1T28x/TOjS29MKzokW5FPMEPlig8P2/MKyOzdsi7wIDAQAB"
  static let ed25519 = "v=DKIM1; k=ed25519; p=8CKHzlWdGhjYcEsuoc5EfFQZ2PavRvsDoaLizLHBrBo="
}
