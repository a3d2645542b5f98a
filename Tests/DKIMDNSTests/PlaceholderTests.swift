import DKIMDNS
