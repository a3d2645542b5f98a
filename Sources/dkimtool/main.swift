print("dkimtool")
