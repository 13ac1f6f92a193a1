package android.view

public open class View
