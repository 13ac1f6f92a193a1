"""An app in place of a runner: installed, started, watched, and its answers fetched.

    pm install           the APK, from the store, where it lies like everything else
    am start -W -S …     its Activity, told what to measure by the intent's extras
    logcat               its lines as they come, and how its process ends
    <app's own folder>   inputs for it; its lines and answers, which nothing cuts or drops

Between its line `ready` and the file `go` the app waits for its inputs: before it has started, it
has no folder that both of us may write.
"""
