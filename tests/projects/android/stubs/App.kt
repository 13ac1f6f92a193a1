@file:Suppress("UNUSED_PARAMETER", "unused")

package android.app

import android.content.Context
import android.content.Intent
import android.os.Bundle
import android.view.View

public abstract class Activity : Context() {
    public val intent: Intent = Intent()

    protected open fun onCreate(savedInstanceState: Bundle?) {}

    public fun setContentView(view: View) {}

    public fun runOnUiThread(action: Runnable) {
        action.run()
    }
}
