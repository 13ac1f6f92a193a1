@file:Suppress("UNUSED_PARAMETER", "unused")

package android.widget

import android.content.Context
import android.view.View

public class ScrollView(
    context: Context,
) : View() {
    public fun addView(child: View) {}
}

public class TextView(
    context: Context,
) : View() {
    public fun append(text: CharSequence) {}
}
