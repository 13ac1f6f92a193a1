"""What a simulated phone does with apps: installs APKs, and really runs their Activities.

An app's code is what its APK holds: `classes.dex`, translated to what a JVM executes. Android
around it is Robolectric's. `pm` and `am` in the phone's `/system/bin` are this package,
started as a program.
"""
